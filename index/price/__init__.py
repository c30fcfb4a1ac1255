"""What things cost: price queries and their answers, things compared by name, figures over prices."""
