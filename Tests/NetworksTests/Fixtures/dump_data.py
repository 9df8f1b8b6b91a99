"""Writes what Rasa 3.6.21 feeds into the networks of a project, without training them.

    python dump_data.py PROJECT OUTPUT [AUGMENTATION]

PROJECT holds config.yml, domain.yml and data/. For every component with a network OUTPUT gets NAME.json (several of one
class are numbered); README.md in this directory says what it holds. AUGMENTATION is 0 if not given.
"""
import json
import os
import pathlib
import sys
import tempfile
import warnings

os.environ.update(
    SQLALCHEMY_SILENCE_UBER_WARNING="1", TF_CPP_MIN_LOG_LEVEL="3", RASA_TELEMETRY_ENABLED="false", RASA_MAX_CACHE_SIZE="0"
)
warnings.simplefilter("ignore")

import numpy as np
import rasa.model_training
import scipy.sparse
from rasa.core.featurizers import tracker_featurizers
from rasa.core.policies.ted_policy import TEDPolicy
from rasa.core.policies.unexpected_intent_policy import UnexpecTEDIntentPolicy
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
from rasa.nlu.selectors.response_selector import ResponseSelector
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.utils.tensorflow import model_data_utils, models

counts, seen = {}, {}


def plain(value):
    """Frozen states, numpy values and tuples as JSON; dictionaries keep their order."""
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def feature(value):
    """One example's features: [[row, column, value], ...] for sparse ones, nested lists for dense ones."""
    if scipy.sparse.issparse(value):
        matrix = value.tocoo()
        entries = sorted(zip(matrix.row.tolist(), matrix.col.tolist(), matrix.data.tolist()))
        return {"shape": list(matrix.shape), "entries": [list(entry) for entry in entries]}
    if isinstance(value, np.ndarray) and value.dtype != object:
        return {"shape": list(value.shape), "values": value.tolist()}
    if isinstance(value, (list, np.ndarray)):
        return [feature(item) for item in value]
    return plain(value)


def model_data(data):
    return {
        key: {
            kind: [
                {
                    "is_sparse": bool(array.is_sparse), "columns": array.units, "dimensions": array.number_of_dimensions,
                    "examples": [feature(item) for item in array],
                }
                for array in arrays
            ]
            for kind, arrays in kinds.items()
        }
        for key, kinds in data.data.items()
    }


def tag_specs(specs):
    return [{"tag_name": s.tag_name, "num_tags": s.num_tags, "ids_to_tags": plain(s.ids_to_tags)} for s in specs or []]


def run(project, output, augmentation):
    def write(name, description):
        counts[name] = counts.get(name, 0) + 1
        file = name if counts[name] == 1 else "%s%d" % (name, counts[name])
        text = json.dumps(description, ensure_ascii=False, indent=None, separators=(",", ":"))
        (output / (file + ".json")).write_text(text + "\n")
        print(file, flush=True)

    def fit(model, generator, *arguments, **named):
        component = sys._getframe(1).f_locals["self"]
        data = generator.model_data
        description = {
            "component": type(component).__name__,
            "config": plain(getattr(component, "component_config", None) or component.config),
            "number_of_examples": data.number_of_examples(),
            "sparse_feature_sizes": plain(data.sparse_feature_sizes),
            "data": model_data(data),
            "label_data": model_data(component._label_data),
            "entity_tag_specs": tag_specs(component._entity_tag_specs),
        }
        if isinstance(component, DIETClassifier):
            description["label_names"] = plain(component.index_label_id_mapping)
            description["messages"] = seen.pop("messages")
        else:
            description["label_names"] = seen.pop("label_names")
            description["states"], description["labels"], description["trackers"] = (
                seen.pop(key) for key in ("states", "labels", "trackers")
            )
            description["fake_features"] = {key: [f.features.shape[-1] for f in value] for key, value in component.fake_features.items()}
            description["feature_states"] = plain(component.featurizer.state_featurizer._default_feature_states)
        write(type(component).__name__, description)

    featurize = model_data_utils.featurize_training_examples

    def featurize_training_examples(training_examples, *arguments, **named):
        # Label data is featurized one by one before; the last call is the one for training.
        seen["messages"] = [
            {key: plain(message.get(key)) for key in (TEXT, INTENT, INTENT_RESPONSE_KEY, ENTITIES) if message.get(key)}
            for message in training_examples
        ]
        return featurize(training_examples, *arguments, **named)

    def observing(original):
        def call(self, trackers, domain, *arguments, **named):
            result = original(self, trackers, domain, *arguments, **named)
            is_intent = isinstance(self, tracker_featurizers.IntentMaxHistoryTrackerFeaturizer)
            seen["label_names"] = list(domain.intents if is_intent else domain.action_names_or_texts)
            seen["states"], seen["labels"] = plain(result[0]), plain(result[1])
            seen["trackers"] = [
                {"name": tracker.sender_id, "is_augmented": tracker.is_augmented, "is_rule": tracker.is_rule_tracker} for tracker in trackers
            ]
            return result

        return call

    models.RasaModel.fit = fit
    model_data_utils.featurize_training_examples = featurize_training_examples
    for featurizer in (
        tracker_featurizers.FullDialogueTrackerFeaturizer, tracker_featurizers.MaxHistoryTrackerFeaturizer,
        tracker_featurizers.IntentMaxHistoryTrackerFeaturizer,
    ):
        featurizer.training_states_labels_and_entities = observing(featurizer.training_states_labels_and_entities)
    for component in (DIETClassifier, ResponseSelector, TEDPolicy):
        component.persist = lambda self: None
    UnexpecTEDIntentPolicy.compute_label_quantiles_post_training = lambda self, data, label_ids: None

    os.chdir(project)
    with tempfile.TemporaryDirectory() as directory:
        rasa.model_training.train(
            # Not forced: a forced training ignores use_entities and ignore_entities.
            "domain.yml", "config.yml", ["data"], directory, core_additional_arguments={"augmentation_factor": augmentation},
        )


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    run(pathlib.Path(sys.argv[1]).resolve(), target, int(sys.argv[3]) if len(sys.argv) > 3 else 0)
