"""What moot costs, measured in one run as ratios against a named baseline."""
