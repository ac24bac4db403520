"""Every word on the screen, in French and English. French has no-break spaces where its typography wants them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
    answer: str
    searching: str
    waiting: str
    answered: str
    not_found: str
    not_found_detail: str
    nothing_near: str
    nearest: str
    supported: str
    altered: str
    cannot_check: str
    no_source: str
    stopped: str
    backend_failed: str
    something_failed: str
    sources: str
    marker: str
    open_passage: str
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
    text_before: str
    text_after: str
    part: str
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
    ask_all: str
    asking_only: str
    more_documents: str
    add_documents: str
    adding: str
    added: str
    not_added: str
    remove_document: str
    remove_sure: str
    kinds_taken: str
    too_large: str
    unknown_kind: str
    length_of: str
    failed: str
    sign_out: str
    # The server
    sign_in: str
    user_name: str
    password: str
    wrong_password: str
    port_in_use: str


FRENCH = Words(
    language="fr",
    tagline="Des réponses tirées de vos documents, chaque phrase avec sa source",
    skip_to_question="Aller à la question",
    language_switch="English",
    other_language="en",
    theme="Changer de thème, clair ou sombre",
    leaves_host="Votre question et les passages trouvés sont envoyés à {backend}, hors de cette machine.",
    stays_on_host="Rien ne quitte cette machine.",
    question_label="Votre question",
    question_placeholder="Posez votre question…",
    send="Demander",
    stop="Arrêter",
    empty_question="Écrivez d’abord une question.",
    too_long_question="La question dépasse {limit} caractères (elle en compte {found}). Raccourcissez-la.",
    welcome="Que voulez-vous savoir ?",
    welcome_detail="Chaque phrase de la réponse porte un numéro : cliquez dessus pour lire les mots du document.",
    no_documents="Aucun document n’est encore indexé. Ajoutez-en, puis posez votre question.",
    examples="Par exemple",
    conversation="Conversation",
    you_asked="Vous avez demandé",
    answer="Réponse",
    searching="Recherche dans les documents…",
    waiting="Beaucoup de questions en ce moment : la vôtre est en place {place} sur {count}.",
    answered="Réponse prête.",
    not_found="Pas dans les documents",
    not_found_detail="Aucune phrase des documents ne répond à cette question.",
    nothing_near="Aucun passage des documents n’en est proche.",
    nearest="Les passages les plus proches, qui ne sont pas une réponse",
    supported="Confirmé",
    altered="Diffère de la source",
    cannot_check="Non vérifiable",
    no_source="sans source",
    stopped="Réponse interrompue : elle est incomplète.",
    backend_failed="Le modèle n’a pas répondu : {reason}",
    something_failed="La réponse a échoué ; réessayez. Le détail est dans le journal du serveur.",
    sources="Sources",
    marker="source {number} : « {quote} »",
    open_passage="Ouvrir le passage",
    made_by="Répondu par {backend} · index {embedder}, version {generation}",
    extractive="citations mot pour mot, sans modèle de langue",
    source="Source",
    page="page {page}",
    characters="caractères {start} à {end}",
    back="Retour à la réponse",
    previous="Source précédente",
    next="Source suivante",
    position="{number} sur {count}",
    loading="Ouverture du document…",
    document_gone="Ce document n’est plus dans la collection. Les mots cités étaient :",
    source_moved="Le document a changé depuis cette réponse : ces mots se trouvent maintenant à cet autre endroit.",
    source_changed="Le document a changé depuis cette réponse et ces mots n’y sont plus. Voici les mots cités alors :",
    source_failed="Le document n’a pas pu être ouvert. Réessayez dans un instant.",
    text_before="Lire ce qui précède",
    text_after="Lire ce qui suit",
    part="Extrait : caractères {start} à {end} sur {total}",
    copy="Copier avec les sources",
    copied="Copié",
    again="Reposer la question",
    edit="Modifier la question",
    good="Bonne réponse",
    bad="Mauvaise réponse",
    what_was_wrong="Qu’est-ce qui n’allait pas ?",
    wrong_source="Mauvaise source",
    wrong_answer="Réponse fausse",
    incomplete="Incomplète",
    should_have_refused="N’aurait pas dû répondre",
    should_have_answered="La réponse était dans les documents",
    other_reason="Autre chose",
    comment="Un mot de plus (facultatif)",
    send_feedback="Envoyer",
    thanks="Merci, c’est noté.",
    cancel="Annuler",
    hello="Bonjour ! Posez une question sur vos documents, en français ou en anglais : je réponds par leurs mots.",
    not_whole_documents=(
        "Je lis les passages les plus proches de la question, pas les documents en entier : "
        "un résumé ou une liste peut donc être incomplet."
    ),
    menu="Conversations et documents",
    close="Fermer",
    conversations="Conversations",
    new_conversation="Nouvelle conversation",
    search_conversations="Chercher dans les conversations",
    no_conversation="Aucune conversation.",
    rename="Renommer",
    delete="Supprimer",
    delete_sure="Supprimer cette conversation pour toujours ?",
    export="Exporter en {format}",
    documents="Documents",
    search_documents="Chercher un document",
    no_document="Aucun document.",
    only_these="N’interroger que ce document",
    ask_all="Interroger tous les documents",
    asking_only="Question limitée à {count} document(s)",
    more_documents="{count} documents au total ; cherchez pour voir les autres.",
    add_documents="Ajouter des documents",
    adding="Ajout de {name}…",
    added="{name} : ajouté.",
    not_added="{name} : refusé. {reason}",
    remove_document="Retirer",
    remove_sure="Retirer ce document de la collection ?",
    kinds_taken="Fichiers {kinds}, {limit} Mo au plus chacun.",
    too_large="Le fichier dépasse {limit} Mo.",
    unknown_kind="Les fichiers {kind} ne sont pas lus ; essayez {kinds}.",
    length_of="{count} caractères",
    failed="Cela n’a pas marché. Réessayez dans un instant.",
    sign_out="Se déconnecter",
    sign_in="Se connecter",
    user_name="Nom",
    password="Mot de passe",  # noqa: S106
    wrong_password="Nom ou mot de passe inexact, ou trop d’essais : attendez une minute.",  # noqa: S106
    port_in_use=(
        "Le port {port} est déjà pris sur {host}. Arrêtez le programme qui l’occupe ou choisissez-en un autre, "
        "par exemple avec --port {other}."
    ),
)

ENGLISH = Words(
    language="en",
    tagline="Answers from your own documents, every sentence with its source",
    skip_to_question="Skip to the question",
    language_switch="Français",
    other_language="fr",
    theme="Switch between light and dark",
    leaves_host="Your question and the passages found are sent to {backend}, outside this machine.",
    stays_on_host="Nothing leaves this machine.",
    question_label="Your question",
    question_placeholder="Ask a question…",
    send="Ask",
    stop="Stop",
    empty_question="Write a question first.",
    too_long_question="The question is longer than {limit} characters (it has {found}). Please shorten it.",
    welcome="What would you like to know?",
    welcome_detail="Every sentence of the answer carries a number: click it to read the words of the document.",
    no_documents="No document is indexed yet. Add some, then ask your question.",
    examples="For example",
    conversation="Conversation",
    you_asked="You asked",
    answer="Answer",
    searching="Searching the documents…",
    waiting="Many questions at the moment: yours is at place {place} of {count}.",
    answered="The answer is ready.",
    not_found="Not in the documents",
    not_found_detail="No sentence of the documents answers this question.",
    nothing_near="No passage of the documents comes near it.",
    nearest="The nearest passages, which are not an answer",
    supported="Supported",
    altered="Differs from the source",
    cannot_check="Cannot be checked",
    no_source="no source",
    stopped="The answer was stopped: it is incomplete.",
    backend_failed="The model did not answer: {reason}",
    something_failed="The answer failed; try again. The details are in the server's log.",
    sources="Sources",
    marker="source {number}: “{quote}”",
    open_passage="Open the passage",
    made_by="Answered by {backend} · index {embedder}, version {generation}",
    extractive="word-for-word quotations, no language model",
    source="Source",
    page="page {page}",
    characters="characters {start} to {end}",
    back="Back to the answer",
    previous="Previous source",
    next="Next source",
    position="{number} of {count}",
    loading="Opening the document…",
    document_gone="This document is no longer in the collection. The words quoted from it were:",
    source_moved="The document has changed since this answer: these words now stand at this other place.",
    source_changed="The document has changed since this answer and no longer holds these words. They were:",
    source_failed="The document could not be opened. Try again in a moment.",
    text_before="Read what comes before",
    text_after="Read what comes after",
    part="Extract: characters {start} to {end} of {total}",
    copy="Copy with sources",
    copied="Copied",
    again="Ask again",
    edit="Edit the question",
    good="Good answer",
    bad="Bad answer",
    what_was_wrong="What was wrong?",
    wrong_source="Wrong source",
    wrong_answer="Wrong answer",
    incomplete="Incomplete",
    should_have_refused="Should not have answered",
    should_have_answered="The answer was in the documents",
    other_reason="Something else",
    comment="Anything to add (optional)",
    send_feedback="Send",
    thanks="Thank you, noted.",
    cancel="Cancel",
    hello="Hello! Ask a question about your documents, in English or French: I answer in their exact words.",
    not_whole_documents=(
        "I read the passages nearest to the question, not whole documents: "
        "a summary or a list may therefore be incomplete."
    ),
    menu="Conversations and documents",
    close="Close",
    conversations="Conversations",
    new_conversation="New conversation",
    search_conversations="Search the conversations",
    no_conversation="No conversation.",
    rename="Rename",
    delete="Delete",
    delete_sure="Delete this conversation for good?",
    export="Export as {format}",
    documents="Documents",
    search_documents="Search for a document",
    no_document="No document.",
    only_these="Ask this document only",
    ask_all="Ask all documents",
    asking_only="Question limited to {count} document(s)",
    more_documents="{count} documents in all; search to see the others.",
    add_documents="Add documents",
    adding="Adding {name}…",
    added="{name}: added.",
    not_added="{name}: refused. {reason}",
    remove_document="Remove",
    remove_sure="Remove this document from the collection?",
    kinds_taken="{kinds} files, {limit} MB each at most.",
    too_large="The file is larger than {limit} MB.",
    unknown_kind="{kind} files are not read; try {kinds}.",
    length_of="{count} characters",
    failed="That did not work. Try again in a moment.",
    sign_out="Sign out",
    sign_in="Sign in",
    user_name="Name",
    password="Password",  # noqa: S106
    wrong_password="Wrong name or password, or too many tries: wait a minute.",  # noqa: S106
    port_in_use=(
        "Port {port} is already in use on {host}. Stop the program that holds it or choose another one, "
        "for example with --port {other}."
    ),
)

WORDS: dict[str, Words] = {"fr": FRENCH, "en": ENGLISH}


def preferred(accept_language: str) -> Language:
    """Give the language of the page for an Accept-Language header: French or English, English when neither is asked.

    >>> preferred("fr-CA,fr;q=0.9,en;q=0.8"), preferred("de, en;q=0.3, fr;q=0.7"), preferred("")
    ('fr', 'fr', 'en')
    """
    best: Language = "en"
    best_weight = 0.0
    for entry in accept_language.lower().split(","):
        tag, _, parameters = entry.strip().partition(";")
        code: Language | None = "fr" if tag.startswith("fr") else "en" if tag.startswith("en") else None
        weight = _weight(parameters)
        if code is not None and weight > best_weight:
            best, best_weight = code, weight
    return best


def backend_name(name: str, words: Words) -> str:
    """Give what the page calls a backend: the default in words, a model by its name."""
    return words.extractive if name == "extractive" else name


def as_dict(words: Words) -> dict[str, str]:
    """Give the words as a plain dict, as the page's script reads them."""
    return asdict(words)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
