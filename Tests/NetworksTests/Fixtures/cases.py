"""The small assistants whose networks record.py takes a step of."""

NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there you
- intent: book
  examples: |
    - from [oslo](city) to [new york](city)
    - a train to [rome](city) please
    - book [oslo](city)
- intent: order
  examples: |
    - one [tea](drink) please
    - hi a [tea](drink)
- intent: thank
  examples: |
    - thank you
"""

NLU_ROLES = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there you
- intent: book
  examples: |
    - from [oslo]{"entity": "city", "role": "start"} to [new york]{"entity": "city", "role": "end"}
    - a train to [rome]{"entity": "city", "role": "end"} please
- intent: order
  examples: |
    - a [tea]{"entity": "drink", "group": "1"} and a [water]{"entity": "drink", "group": "2"}
    - one [tea](drink) please
- intent: thank
  examples: |
    - thank you
"""

NLU_FAQ = """
version: "3.1"
nlu:
- intent: faq/bags
  examples: |
    - how many bags
    - may I take a bag
- intent: faq/pets
  examples: |
    - may my dog come
    - are cats allowed
- intent: faq/price
  examples: |
    - how much is it
- intent: greet
  examples: |
    - hello
"""

DOMAIN_FAQ = """
version: "3.1"
intents: [faq, greet]
responses:
  utter_faq/bags:
  - text: two bags are free
  utter_faq/pets:
  - text: pets may come
  utter_faq/price:
  - text: it is free for pets
"""

DOMAIN = """
version: "3.1"
intents: [greet, book, inform, stop, thank]
entities: [city, drink]
slots:
  city:
    type: text
    mappings:
    - type: from_entity
      entity: city
  drink:
    type: categorical
    values: [tea, water]
    mappings:
    - type: from_entity
      entity: drink
forms:
  trip_form:
    required_slots: [city]
responses:
  utter_greet:
  - text: hello
  utter_done:
  - text: done
  utter_drink:
  - text: here it is
  utter_ask_city:
  - text: where to
"""

STORIES = """
version: "3.1"
stories:
- story: trip
  steps:
  - intent: greet
  - action: utter_greet
  - intent: book
  - action: trip_form
  - active_loop: trip_form
  - intent: inform
    entities:
    - city: oslo
  - slot_was_set:
    - city: oslo
  - action: trip_form
  - active_loop: null
  - action: utter_done
- story: drink
  steps:
  - intent: book
    entities:
    - drink: tea
  - slot_was_set:
    - drink: tea
  - action: utter_drink
  - intent: thank
  - action: utter_done
- story: stop
  steps:
  - intent: greet
  - action: utter_greet
  - intent: stop
  - action: utter_done
"""

# With whole dialogues as examples Rasa fails on forms: turns inside of one have a state but no label.
STORIES_WITHOUT_FORM = """
version: "3.1"
stories:
- story: drink
  steps:
  - intent: greet
  - action: utter_greet
  - intent: book
    entities:
    - drink: tea
  - slot_was_set:
    - drink: tea
  - action: utter_drink
  - intent: thank
  - action: utter_done
- story: stop
  steps:
  - intent: greet
  - action: utter_greet
  - intent: stop
  - action: utter_done
- story: thanks
  steps:
  - intent: thank
  - action: utter_done
"""

STORIES_END_TO_END = """
version: "3.1"
stories:
- story: trip by text
  steps:
  - user: hello there
  - action: utter_greet
  - user: a train to [oslo](city)
    intent: book
    entities:
    - city: oslo
  - slot_was_set:
    - city: oslo
  - bot: to oslo then
- story: drink by text
  steps:
  - user: |
      one [tea](drink) to [rome](city)
  - action: utter_drink
  - intent: thank
  - bot: you are welcome
- story: plain
  steps:
  - intent: greet
  - action: utter_greet
  - intent: stop
  - action: utter_done
"""

TOKENS = """
- name: WhitespaceTokenizer
- name: LexicalSyntacticFeaturizer
  features: [[low], [BOS, EOS], []]
- name: CountVectorsFeaturizer
"""

NO_DROPOUT = {"drop_rate": 0.0, "drop_rate_attention": 0.0, "use_sparse_input_dropout": False, "use_dense_input_dropout": False}

DIET = {
    "name": "DIETClassifier", "random_seed": 1, "transformer_size": 16, "number_of_attention_heads": 2, "embedding_dimension": 6,
    "dense_dimension": {"text": 8, "label": 8}, "concat_dimension": {"text": 8, "label": 8}, "number_of_negative_examples": 5,
    **NO_DROPOUT,
}

SELECTOR = {
    "name": "ResponseSelector", "random_seed": 1, "embedding_dimension": 6, "hidden_layers_sizes": {"text": [12, 8], "label": [10, 8]},
    "dense_dimension": {"text": 8, "label": 8}, "concat_dimension": {"text": 8, "label": 8}, "number_of_negative_examples": 5,
    "number_of_attention_heads": 2, **NO_DROPOUT,
}

TED_ATTRIBUTES = ["text", "action_text", "label_action_text", "intent", "action_name", "label_action_name", "label_intent"]
TED = {
    "name": "TEDPolicy", "random_seed": 1, "max_history": 5, "embedding_dimension": 6, "encoding_dimension": 10,
    "number_of_attention_heads": 2, "number_of_negative_examples": 5, "drop_rate_dialogue": 0.0,
    "transformer_size": {"text": 16, "action_text": 16, "label_action_text": 16, "dialogue": 16},
    "dense_dimension": dict.fromkeys(TED_ATTRIBUTES + ["entities", "slots", "active_loop"], 8),
    "concat_dimension": {"text": 8, "action_text": 8, "label_action_text": 8}, **NO_DROPOUT,
}

FULL_DIALOGUE = [{"name": "FullDialogueTrackerFeaturizer", "state_featurizer": [{"name": "SingleStateFeaturizer"}]}]


class Case:
    """A component with its configuration and data; `changes` are laid over the base.

    A case that is `learned` is trained until one example is so sure (p > 0.6) that Rasa scales its losses.
    """

    def __init__(self, base, changes=None, files=(), pipeline=TOKENS, domain=None, learned=False):
        self.component = {**base, **(changes or {})}
        self.files, self.pipeline, self.domain, self.learned = files, pipeline, domain, learned


# Rarer cases have smaller networks, to keep the files small.
SMALL = {"number_of_transformer_layers": 1, "transformer_size": 8}
SMALL_DIALOGUE = {"transformer_size": {"text": 16, "action_text": 8, "label_action_text": 8, "dialogue": 8}}
DROPOUT = {"drop_rate": 0.2, "drop_rate_attention": 0.2, "use_sparse_input_dropout": True, "use_dense_input_dropout": True}

CASES = {
    "diet-default": Case(DIET, files=[NLU]),
    "ted-default": Case(TED, {"constrain_similarities": True}, files=[STORIES], domain=DOMAIN),
    "diet-roles": Case(DIET, files=[NLU_ROLES]),
    "diet-constrained": Case(DIET, {"constrain_similarities": True, **SMALL}, files=[NLU]),
    "diet-scaled": Case(DIET, {"scale_loss": True, **SMALL}, files=[NLU], learned=True),
    "diet-margin": Case(DIET, {"loss_type": "margin", **SMALL}, files=[NLU]),
    "diet-margin-sum": Case(
        DIET, {"loss_type": "margin", "use_maximum_negative_similarity": False, "number_of_transformer_layers": 0}, files=[NLU]
    ),
    "diet-masked-language-model": Case(DIET, {"use_masked_language_model": True, **SMALL}, files=[NLU]),
    "diet-relative-attention": Case(
        DIET, {"use_key_relative_attention": True, "use_value_relative_attention": True, "max_relative_position": 2, **SMALL},
        files=[NLU],
    ),
    "diet-relative-attention-long": Case(
        DIET,
        {
            "use_key_relative_attention": True, "use_value_relative_attention": True, "max_relative_position": 9,
            "unidirectional_encoder": True, **SMALL,
        },
        files=[NLU],
    ),
    "diet-unidirectional": Case(DIET, {"unidirectional_encoder": True, **SMALL}, files=[NLU]),
    "diet-hidden-layers": Case(
        DIET, {"number_of_transformer_layers": 0, "hidden_layers_sizes": {"text": [12, 8], "label": [10, 8]}, "BILOU_flag": False},
        files=[NLU],
    ),
    "diet-dense": Case(DIET, SMALL, files=[NLU], pipeline=TOKENS + "- name: DenseVectors\n"),
    "diet-dense-masked-language-model": Case(
        DIET, {"use_masked_language_model": True, "hidden_layers_sizes": {"text": [8], "label": []}, **SMALL},
        files=[NLU], pipeline=TOKENS + "- name: DenseVectors\n",
    ),
    "diet-dropout": Case(
        DIET,
        # Where all looks of a row are dropped Rasa looks at the padding as well, which no other network has: so few are.
        {**DROPOUT, **SMALL, "hidden_layers_sizes": {"text": [8], "label": [8]}, "drop_rate_attention": 0.05},
        files=[NLU],
    ),
    "selector-default": Case(SELECTOR, files=[NLU_FAQ], domain=DOMAIN_FAQ, learned=True),
    "selector-dropout": Case(SELECTOR, {"drop_rate": 0.2}, files=[NLU_FAQ], domain=DOMAIN_FAQ),
    "selector-text-as-label": Case(
        SELECTOR,
        {
            "use_text_as_label": True, "number_of_transformer_layers": 1, "transformer_size": 8,
            "hidden_layers_sizes": {"text": [], "label": []}, "constrain_similarities": True,
        },
        files=[NLU_FAQ], domain=DOMAIN_FAQ,
    ),
    "ted-scaled": Case(TED, SMALL_DIALOGUE, files=[STORIES], domain=DOMAIN, learned=True),
    "ted-full-dialogue": Case(
        TED, {"featurizer": FULL_DIALOGUE, **SMALL_DIALOGUE}, files=[STORIES_WITHOUT_FORM], domain=DOMAIN, learned=True
    ),
    # Where all looks of a row are dropped Rasa looks at the padding as well, which no other network has: so few are.
    "ted-dropout": Case(
        TED, {**DROPOUT, **SMALL_DIALOGUE, "drop_rate_dialogue": 0.2, "drop_rate_attention": 0.05}, files=[STORIES],
        domain=DOMAIN,
    ),
    "ted-end-to-end": Case(
        TED, {"constrain_similarities": True, **SMALL_DIALOGUE}, files=[NLU, STORIES_END_TO_END], domain=DOMAIN
    ),
    "unexpected-default": Case({**TED, "name": "UnexpecTEDIntentPolicy"}, files=[STORIES], domain=DOMAIN),
}
