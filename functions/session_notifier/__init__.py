"""The notifier: the table's stream in, notifications on the topic out."""
