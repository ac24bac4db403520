"""Questions in, answers out, each sentence with its source."""

from rag.answer import Answer, Citation, Statement, Verdict
from rag.backend import Backend, BackendError, Draft, Evidence, Message

__all__ = ["Answer", "Backend", "BackendError", "Citation", "Draft", "Evidence", "Message", "Statement", "Verdict"]
