"""What the function is told by its environment."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from facebook_session.session import USER_DATA_KEY


class Settings(BaseModel):
    """SESSION_TABLE, the table's name; DISPOSITION_KEY, the key for a disposition that comes without one."""

    model_config = ConfigDict(frozen=True, strict=True)

    session_table: str = Field(alias="SESSION_TABLE", min_length=1)
    disposition_key: str = Field(alias="DISPOSITION_KEY", pattern=USER_DATA_KEY)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises pydantic's ValidationError, which names the variable, when one is missing or not valid."""
        return cls.model_validate(dict(environment))
