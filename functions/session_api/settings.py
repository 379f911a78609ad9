"""What the function is told by its environment."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from facebook_session.user_data import KEY
from rest_api.cors import Origins


class Settings(BaseModel):
    """SESSION_TABLE, MESSAGE_TABLE, SETTING_TABLE and DESKTOP_TABLE, the tables' names; AGENT_POOL, the user pool's id;
    DISPOSITION_KEY, the key for a disposition without one; PUBLIC_URL, the API's address up to and with `/api/v2`, or
    empty where it is the API's own under API_DOMAIN; ALLOWED_ORIGINS, the origins of browser desktops, with commas in
    between, `*` for all; RETENTION_DAYS, the days after which a session that has ended is removed, 0 for never.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    session_table: str = Field(alias="SESSION_TABLE", min_length=1)
    message_table: str = Field(alias="MESSAGE_TABLE", min_length=1)
    setting_table: str = Field(alias="SETTING_TABLE", min_length=1)
    desktop_table: str = Field(alias="DESKTOP_TABLE", min_length=1)
    agent_pool: str = Field(alias="AGENT_POOL", min_length=1)
    public_url: str = Field(alias="PUBLIC_URL")
    api_domain: str = Field(alias="API_DOMAIN")
    allowed_origins: str = Field(alias="ALLOWED_ORIGINS")
    retention_days: int = Field(alias="RETENTION_DAYS", ge=0, strict=False)  # a variable is always text
    disposition_key: str = Field(alias="DISPOSITION_KEY", pattern=KEY)

    def base_url(self, api_id: str) -> str:
        """The API's address up to and with `/api/v2`."""
        return self.public_url.rstrip("/") or f"https://{api_id}.{self.api_domain}/api/v2"

    @property
    def origins(self) -> Origins:
        return Origins(self.allowed_origins)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises pydantic's ValidationError, which names the variable, when one is missing or not valid."""
        return cls.model_validate(dict(environment))
