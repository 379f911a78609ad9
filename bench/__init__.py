"""Speed and cost as ratios, each side by side with the bare AWS call in one run."""
