"""A featurizer with dense vectors of a text, as a pretrained one would give them."""
from typing import List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class DenseVectors(DenseFeaturizer, GraphComponent):
    """Dense features that depend on the text alone: five columns for a token, seven for a message."""

    @classmethod
    def create(cls, config: dict, model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> GraphComponent:
        return cls("DenseVectors", config)

    @staticmethod
    def validate_config(config: dict) -> None:
        pass

    @staticmethod
    def vector(text, size):
        return np.random.default_rng(list(text.encode())).normal(size=size).astype(np.float32).round(3)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            tokens = message.get(TOKENS_NAMES[TEXT])
            if tokens:
                rows = np.stack([self.vector(token.text, 5) for token in tokens])
                sentence = self.vector(message.get(TEXT), 7)[None]
                message.add_features(Features(rows, FEATURE_TYPE_SEQUENCE, TEXT, "DenseVectors"))
                message.add_features(Features(sentence, FEATURE_TYPE_SENTENCE, TEXT, "DenseVectors"))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
