"""What a model may say in other words, and what it may not: one pair for each mechanism."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

SUPPORTED, ALTERED, CANNOT_CHECK = Verdict.SUPPORTED, Verdict.ALTERED, Verdict.CANNOT_CHECK


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        # numbers in other forms
        ("La coupe dure une demi-heure.", "La coupe dure trente minutes."),
        ("The walk takes half an hour.", "The walk takes 30 minutes."),
        ("The baby sleeps one and a half hours.", "The baby sleeps 90 minutes."),
        ("Un élève sur quatre porte des lunettes.", "25 % des élèves portent des lunettes."),
        ("One pupil in four wears glasses.", "25% of pupils wear glasses."),
        ("Two out of five shops closed.", "40% of shops closed."),
        ("The race lasted 2 hours 24 minutes.", "La course a duré 2 h 24."),
        ("Vous avez quinze jours pour répondre.", "You have two weeks to reply."),
        ("The plant made 3 TWh.", "The plant made 3 terawatt-hours."),
        ("Le ticket coûte 85 centimes.", "The ticket costs 85 cents."),
        ("Seven of Norwell's 12 parks are closed.", "Seven of the 12 parks in Norwell are closed."),
        ("Les membres empruntent dix livres.", "Members borrow ten books."),
        ("12 shops are open.", "Only 12 shops are open."),
        # what a quantity says by itself
        ("Le prix du terrain est de 85 000 euros.", "Le terrain a été vendu 85 000 euros."),
        # words across languages: learned translations, spelling
        ("Le cloître est fermé.", "The cloister is closed."),
        # denials
        ("The bridge is not safe.", "The bridge is unsafe."),
        ("Les billets ne sont pas transférables.", "The tickets are non-transferable."),
        # orders, told conditionals, aims
        ("Il faut remplacer la pile.", "Remplacez la pile."),
        ("The director said the museum will close.", "Le directeur a dit que le musée fermerait."),
        ("Seul un médecin peut signer.", "Only a doctor can sign."),
        # places and their people
        ("Libyan oil exports stopped.", "Oil exports of Libya stopped."),
        # a verb retold
        (
            "The council has rehoused the family of Ana Sorel in Bristol since May.",
            "The council has sheltered the family of Ana Sorel in Bristol since May.",
        ),
        ("Ms Grant may object until 4 June.", "Ms Grant has until 4 June to object."),
        ("Looters from the coast burned the tower.", "Des pillards de la côte ont brûlé la tour."),
        ("Staff may work from home on Fridays.", "Les salariés peuvent télétravailler le vendredi."),
        ("Consultez un médecin si la toux dure.", "Si la toux persiste, consultez un médecin."),
    ],
)
def test_other_words_for_the_same(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("La coupe dure une demi-heure.", "La coupe dure quarante minutes."),
        ("Ms Grant may object until 9 June.", "Ms Grant has until 4 June to object."),
        ("Un élève sur cinq porte des lunettes.", "25 % des élèves portent des lunettes."),
        ("The race lasted 2 hours 42 minutes.", "La course a duré 2 h 24."),
        ("The town gained 400 more people.", "La ville a perdu 400 habitants de moins."),
        ("Anyone under 16 may join.", "Anyone over 16 may join."),
        ("The lake is below the limit.", "The lake is above the limit."),
        (
            "Le prêt a été accordé à 38 % des filles, contre 55 % des garçons.",
            "Le prêt a été accordé à 38 % des garçons, contre 55 % des filles.",
        ),
        ("She has hired 90 people.", "She plans to hire 90 people."),
        ("The lawn recovered in May.", "Experts expect the lawn to recover in May."),
        ("You may not park here without a ticket.", "You may park here without a ticket."),
        ("He has been accused of theft.", "He has not been accused of theft."),
        ("La maison fut reconstruite.", "En 1890, un incendie la ravagea et la maison ne fut jamais reconstruite."),
        ("The council voted against building flats.", "The council voted to build flats."),
        ("The comet was never seen.", "The comet was not seen until 2004."),
        ("Avec l’accord du juge, il ne peut voyager.", "Sans l’accord du juge, il ne peut voyager."),
        ("Lena Orr was born in Oslo.", "Born in Turin, Lena Orr joined the Oslo choir."),
        ("Sales of mopeds overtook those of bikes.", "Sales of bikes overtook those of mopeds."),
        ("The prize went to Mario Jagr and Jaromir Lemieux.", "Le prix est allé à Jaromir Jagr et Mario Lemieux."),
        ("Ses sœurs ont été inculpées en mai, mais relâchées.", "His sisters were charged in May, but not released."),
        ("The gap has narrowed since May.", "L’écart s’est creusé depuis mai."),
        ("The gene makes sheep sensitive to iron.", "The gene makes sheep sensitive to copper."),
        ("Le préfet a autorisé l’activité de l’usine Morvel.", "Le préfet a suspendu l’activité de l’usine Morvel."),
    ],
)
def test_what_says_otherwise_is_never_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The board says it never got the letters.", "The board denies receiving the letters."),
        ("L’abbaye possédait sept granges.", "L’abbaye possédait sept granges et plus de 2 000 brebis."),
        ("The team won the cup in 2019.", "The team won the cup this year, after losing it in 2018."),
        ("The loan was awarded to Ann by Lloyds.", "Lloyds made Ann a loan."),
        ("He is not allowed to fish.", "Il lui est interdit de pêcher."),
        ("Landlords have 14 days to return the deposit.", "Landlords must return the deposit within 14 days."),
        ("The show ran over five days.", "Le spectacle a duré cinq jours."),
    ],
)
def test_what_may_be_true_is_not_called_altered(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not ALTERED
