"""Sentences of simulated replies. None holds a mark from which an answer could be read, and none begins with a name."""

FIRST = (
    "I worked through this on my own.",
    "Let me take the question step by step.",
    "Here is how I see it.",
    "I started from what the question states.",
    "I went through the possibilities one at a time.",
    "My first thought held up when I checked it.",
)
KEEP = (
    "I have read the other replies and stay where I was.",
    "The other replies do not change my view.",
    "I checked my reasons again and they stand.",
    "Having compared the replies, I keep my answer.",
    "I looked for a flaw in my own reasoning and found none that matters.",
)
CHANGE = (
    "I have read the other replies and change my mind.",
    "Going over it again, my earlier answer does not hold.",
    "The replies of the others make a better case than mine did.",
    "I found a weak step in my earlier reasoning.",
    "I was too quick before and revise my answer.",
)
AGAINST = (
    "I do not accept what the other side says.",
    "The other side's case rests on a step that does not follow.",
    "I disagree with the reply above.",
    "There is a better answer than the one just argued for.",
)
DEFEND = (
    "I speak for the answer I was given.",
    "The case for this answer is a strong one.",
    "Let me set out why this answer should stand.",
    "The objections do not reach the point that matters.",
)
JUDGE = (
    "I compared the reasons and not the number of those who gave them.",
    "I weighed the replies against one another.",
    "The replies differ in how well they are supported.",
    "I read each case on its merits.",
)
SUMMARY = (
    "This is what the replies amount to.",
    "I put together what the participants said.",
    "The discussion can be brought to one point.",
)
SURE = (
    "The case made by {peer} is the better supported one.",
    "What {peer} says holds up best.",
    "The objections that others leave open are met by {peer}.",
)
REASONS = (
    "The wording of the question points to {answer}.",
    "Everything that is stated fits {answer}.",
    "Nothing in the question speaks against {answer}.",
    "What I know about the subject leads to {answer}.",
    "Working backwards from {answer} gives no contradiction.",
    "The details matter here, and they favour {answer}.",
    "I compared {answer} with the alternatives and it explains more.",
    "A quick check from another side also gives {answer}.",
    "The usual mistake here is to overlook one condition.",
    "Each step on the way can be checked without help.",
    "The simplest reading of the question is the right one.",
    "I see no step in this that depends on a guess.",
    "Two separate lines of thought meet at the same point.",
)
REJECT = (
    "I considered {other}, but it does not hold up.",
    "It is tempting to say {other}, which fails on a closer look.",
    "One might say {other}, which overlooks a condition.",
    "I set {other} aside because it would need an assumption that is not given.",
)
REFUSE = (
    "I would rather not take a position on this.",
    "I am not able to help with this question.",
)
GARBLE = ("lorem", "vor", "tesh", "kaluma", "ndi", "prae", "oss", "quil", "tarn", "wem", "ibb", "zhu")
