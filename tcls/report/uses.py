"""What a model is for, what it is not for, and where it fails: the words of the model card."""

from tcls.report.measures import CODING

#: The first sentence of every card.
ABOUT_TEXTS = "Scores are about texts, never about persons."
USES = (
    "sorting and searching collections of documents",
    "coding with the help of a machine, where a person checks what is coded",
    "counting what is *reported*, with `tcls count`, which corrects for measured errors; never "
    "how common something is in the world",
    "finding calls for non-punishment and breaches of it, for research and advocacy; a person "
    "reads the sentences shown before anything is claimed",
)
NOT_FOR = (
    "deciding or scoring whether a person is a victim, a witness or an offender",
    "decisions on asylum, visas, charges, bail or bank accounts",
    "screening private messages, phones or people who return",
    "ranking individuals or nationalities",
    "automated take-down",
    "evidence in court",
    "training people or machines to write scams",
)
LIMITS = (
    "The documents of training and of the test split were written for this project, by the same "
    "kind of writer. On texts from elsewhere expect less; measure it on your own with "
    "`tcls evaluate FILE`.",
    CODING,
    "Labels are far more frequent in the corpus than in a stream of news. Where a label is rare, "
    "more of what is marked is wrong.",
    "It weighs terms and pairs of terms. It does not follow who does what to whom, so it mixes up "
    "roles, denials and what is only feared or demanded more often than a reader would: see the "
    "behavioural suite.",
    "English only. Texts in other languages, without text or with too few words are not judged, "
    "which is never a “no”.",
    "Police and ministry releases seldom mention compulsion. That a text reports none does not "
    "mean that there was none.",
    "A missed sanction hides a rights violation; a false one accuses an authority. Read the "
    "sentences that are shown with each label.",
)
