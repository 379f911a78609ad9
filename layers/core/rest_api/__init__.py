"""HTTP as API Gateway hands it over, for every function behind the API: requests, answers, CORS."""
