"""What the screen says, as names: every language fills in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; a `{name}` in braces is filled in with `str.format`."""

    language: Language
    # The frame of the page
    tagline: str
    skip_to_question: str
    language_switch: str
    other_language: str
    theme: str
    leaves_host: str
    stays_on_host: str
    # Asking
    question_label: str
    question_placeholder: str
    send: str
    stop: str
    empty_question: str
    too_long_question: str
    welcome: str
    welcome_detail: str
    no_documents: str
    examples: str
    # The answer
    conversation: str
    you_asked: str
    colon: str
    answer: str
    searching: str
    reading: str
    searched: str
    unanswered: str
    waiting: str
    answered: str
    not_found: str
    not_found_chosen: str
    nothing_near: str
    nearest: str
    supported: str
    quoted: str
    altered: str
    cannot_check: str
    no_source: str
    stopped: str
    cut: str
    not_taken: str
    quoted_instead: str
    collection_busy: str
    not_kept: str
    something_failed: str
    sources: str
    marker: str
    open_passage: str
    open_document: str
    made_by: str
    extractive: str
    # The source
    source: str
    page: str
    characters: str
    back: str
    previous: str
    next: str
    position: str
    loading: str
    document_gone: str
    source_moved: str
    source_changed: str
    source_failed: str
    since_then: str
    since_moved: str
    since_changed: str
    since_gone: str
    as_text: str
    as_page: str
    closer: str
    page_picture: str
    page_before: str
    page_after: str
    where_from: str
    select_words: str
    comes_from: str
    disagree: str
    disagree_detail: str
    traced_none: str
    tracing: str
    text_before: str
    text_after: str
    # What one can do with an answer
    copy: str
    copied: str
    again: str
    edit: str
    good: str
    bad: str
    what_was_wrong: str
    wrong_source: str
    wrong_answer: str
    incomplete: str
    should_have_refused: str
    should_have_answered: str
    other_reason: str
    comment: str
    send_feedback: str
    thanks: str
    cancel: str
    # Requests that are not questions of fact
    hello: str
    welcome_back: str
    goodbye: str
    help: str
    about: str
    no_summary: str
    not_whole_documents: str
    # The drawer: conversations and documents
    menu: str
    close: str
    conversations: str
    new_conversation: str
    search_conversations: str
    no_conversation: str
    rename: str
    delete: str
    delete_sure: str
    export: str
    documents: str
    search_documents: str
    no_document: str
    only_these: str
    only_folder: str
    folder_of: str
    ask_all: str
    asking_only: str
    more_documents: str
    add_documents: str
    adding: str
    added: str
    added_but: str
    same_text: str
    not_added: str
    remove_document: str
    remove_sure: str
    reread: str
    was_reread: str
    state_same: str
    state_changed: str
    state_missing: str
    state_none: str
    from_date: str
    pages_of: str
    kinds_taken: str
    too_large: str
    unknown_kind: str
    spreadsheet: str
    name_unfit: str
    name_taken: str
    file_missing: str
    file_empty: str
    file_scanned: str
    file_textless: str
    file_locked: str
    file_misnamed: str
    file_encoded: str
    file_heavy: str
    file_lines: str
    file_damaged: str
    file_unread: str
    length_of: str
    failed: str
    sign_out: str
    settings: str
    answered_by: str
    length: str
    length_full: str
    length_short: str
    sent_to: str
    # The server
    sign_in: str
    user_name: str
    password: str
    wrong_password: str
    port_in_use: str
