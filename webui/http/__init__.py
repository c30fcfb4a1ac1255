"""What every answer goes through: language, limits, security headers, compression, errors."""
