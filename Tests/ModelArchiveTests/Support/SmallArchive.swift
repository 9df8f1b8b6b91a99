@testable import ModelArchive

/// A small but complete archive, or one that is wrong in one place.
struct SmallArchive {
    var version = "3.6.21"
    var metadata: String?
    var checkpoint: CheckpointBuilder?
    var indexComesFirst = false
    var extra: (inout TarBuilder) -> Void = { _ in }

    static let resource = "train_DIETClassifier1"
    static let stem = "DIETClassifier"

    var bytes: [UInt8] {
        var tar = TarBuilder()
        tar.directory("/")
        tar.directory("components/")
        tar.file("components/\(SmallArchive.resource)/\(SmallArchive.stem).sparse_feature_sizes.json", "{}")
        if let checkpoint {
            let stem = "components/\(SmallArchive.resource)/\(SmallArchive.stem).tf_model"
            if indexComesFirst { tar.file("\(stem).index", checkpoint.index) }
            tar.file("\(stem).data-00000-of-00001", checkpoint.data)
            if !indexComesFirst { tar.file("\(stem).index", checkpoint.index) }
        }
        extra(&tar)
        if let metadata = metadata ?? metadataText { tar.file("metadata.json", metadata) }
        return tar.packed()
    }

    private var metadataText: String? {
        """
        {"domain": {"intents": ["greet"]}, "trained_at": "2026-11-22T20:13:50", "model_id": "abc",
         "assistant_id": "demo", "rasa_open_source_version": "\(version)", "training_type": 3, "language": "en",
         "core_target": "select_prediction", "nlu_target": "run_RegexMessageHandler",
         "predict_schema": {"nodes": {
          "nlu_message_converter": {"needs": {"messages": "__message__"}, "uses": "x.NLUMessageConverter", "config": {},
           "resource": null},
          "run_DIETClassifier1": {"needs": {"messages": "nlu_message_converter"}, "uses": "x.DIETClassifier",
           "config": {"epochs": 1}, "resource": {"name": "\(SmallArchive.resource)"}},
          "run_RegexMessageHandler": {"needs": {"messages": "run_DIETClassifier1", "domain": "domain_provider"},
           "uses": "x.RegexMessageHandler", "config": {}, "resource": null},
          "domain_provider": {"needs": {}, "uses": "x.DomainProvider", "config": {},
           "resource": {"name": "domain_provider"}},
          "run_B": {"needs": {"tracker": "__tracker__"}, "uses": "x.RulePolicy", "config": {},
           "resource": {"name": "b"}},
          "run_A": {"needs": {"tracker": "__tracker__"}, "uses": "x.TEDPolicy", "config": {},
           "resource": {"name": "a"}},
          "select_prediction": {"needs": {"policy10": "run_A", "policy2": "run_B", "tracker": "__tracker__"},
           "uses": "x.Ensemble", "config": {}, "resource": null}}}}
        """
    }
}
