"""What else is known of a finding: exploited, likely to be, not affected."""
