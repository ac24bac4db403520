"""Questions in, answers out, each sentence with its source."""

from rag.answer import Answer, Citation, Statement, Verdict, cited
from rag.backend import Backend, BackendError, Draft, Evidence, Message
from rag.backends import available
from rag.backends import load as load_backend
from rag.chatbot import Chatbot
from rag.disagreement import contrary
from rag.evaluation import evaluate
from rag.nearest import likeliest
from rag.receipt import replay
from rag.reranker import Reranker
from rag.stream import stopping
from rag.table import table_header, table_headers
from rag.tracing import trace
from rag.verification import verify

__all__ = [
    "Answer",
    "Backend",
    "BackendError",
    "Chatbot",
    "Citation",
    "Draft",
    "Evidence",
    "Message",
    "Reranker",
    "Statement",
    "Verdict",
    "available",
    "cited",
    "contrary",
    "evaluate",
    "likeliest",
    "load_backend",
    "replay",
    "stopping",
    "table_header",
    "table_headers",
    "trace",
    "verify",
]
