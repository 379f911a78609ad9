"""The desktops' notifier: the table's stream in, letters to the Bayeux clients of agents out."""
