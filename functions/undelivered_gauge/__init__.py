"""The Lambda function that tells how much lies undelivered."""
