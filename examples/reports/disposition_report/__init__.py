"""Shows the counts of dispositions: tables for the terminal, and a page with charts."""
