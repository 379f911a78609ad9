"""What the functions find in their environment. They read it when they are imported."""

import os

os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    # moto doesn't know the endpoints that carry an account's id
    AWS_ACCOUNT_ID_ENDPOINT_MODE="disabled",
    SESSION_TABLE="sessions",
    MESSAGE_TABLE="messages",
    SETTING_TABLE="settings",
    DESKTOP_TABLE="desktops",
    HOLD_SECONDS="1",
    HELD_CONNECTS="10",
    AGENT_POOL="us-east-1_agents",
    UNDELIVERED_BUCKET="undelivered",
    REMOVAL_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/000000000000/removals",
    API_DOMAIN="execute-api.us-east-1.amazonaws.com",
    ALLOWED_ORIGINS="",
    DISPOSITION_KEY="DispositionCode",
    PERSONAL_DATA="include",
    RETENTION_DAYS="0",
    # the example subscribers
    API_URL="http://localhost:8080/api/v2",
    COPY_TABLE="copies",
    COUNTED_TABLE="counted",
    COUNT_TABLE="counts",
    NOTIFICATION_TOPIC_ARN="arn:aws:sns:us-east-1:000000000000:notifications",
    PUBLIC_URL="http://localhost:8080/api/v2",
    POWERTOOLS_SERVICE_NAME="test",
    POWERTOOLS_METRICS_NAMESPACE="FacebookSessions",
    STACK_NAME="stack",
)
for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)
