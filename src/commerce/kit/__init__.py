"""Words without business: what every module speaks with."""
