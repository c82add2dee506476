"""Text messages by Twilio."""

import json

from commerce.kit.outside import Outside, Unanswered
from commerce.messages.errors import NotCarried
from commerce.messages.values import Written

OURS_TO_MEND = (401, 403, 408, 429)
"""Statuses about us or the moment, not about the message: it is worth another try."""


class TwilioCarrier:
    """Hands text messages to Twilio, from a number or by a messaging service."""

    def __init__(self, way: Outside, url: str, account: str, token: str, sender: str) -> None:
        self._way = way
        self._url = f"{url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        self._auth = (account, token)
        self._from = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}

    async def carry(self, message: Written) -> None:
        """Twilio knows no references: a try whose answer was lost may have sent the message, and it then comes twice."""
        form = {"To": message.recipient.address, "Body": message.text, **self._from}
        try:
            answer = await self._way.ask("POST", self._url, form=form, auth=self._auth)
        except Unanswered as error:
            raise NotCarried(error.reason) from None
        if answer.status != 201:
            is_final = 400 <= answer.status < 500 and answer.status not in OURS_TO_MEND
            raise NotCarried(f"refused, {answer.status} {_code(answer.body)}".strip(), is_final=is_final)


def _code(body: bytes) -> str:
    """Twilio's own number of the error; its message may quote the number that was written to."""
    try:
        return str(int(json.loads(body)["code"]))
    except (ValueError, KeyError, TypeError):
        return ""
