"""The API: API Gateway's requests in, changes of sessions out."""
