"""E-mail alerts: subscriptions, what they are told of, and the mails that tell it."""
