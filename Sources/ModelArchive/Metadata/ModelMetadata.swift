package import ExactText
package import JSON
package import OrderedCollections
package import RasaCompatibility

/// What an archive's `metadata.json` says about the model: where it comes from, its domain, and its prediction graph.
package struct ModelMetadata: Sendable {
    /// What the model was trained for, numbered as in Rasa's `TrainingType`.
    package enum TrainingType: Int, Sendable {
        case understanding = 1
        case dialogue = 2
        case both = 3
        /// Both, with stories that contain texts of users or of the assistant.
        case endToEnd = 4
    }

    /// A random name given at training (`model_id`).
    package let modelID: String
    /// The assistant's name from its configuration (`assistant_id`).
    package let assistantID: String?
    /// The version of Rasa that trained the model.
    package let rasaVersion: RasaVersion
    /// When training ended, as written: ISO 8601 in UTC without a zone.
    package let trainedAt: String
    /// The language from the configuration.
    package let language: String?
    /// The whole domain in its original order of keys.
    package let domain: JSON
    package let trainingType: TrainingType
    /// The node that yields the next action; nil in a model without dialogue.
    package let coreTarget: String?
    /// The node that yields a parsed message; nil in a model without understanding.
    package let nluTarget: String?
    /// The prediction graph by node name, in the archive's order.
    package let predictGraph: OrderedDictionary<ExactString, GraphNode>
    /// The steps from message to parsed message in the order in which they run, from the converter to the node before
    /// the response; empty in a model without understanding.
    package let understandingPipeline: [GraphNode]
    /// The policies in the order of the configuration; empty in a model without dialogue.
    package let policies: [GraphNode]

    /// What may be missing. A target that is no text would be used as none.
    private static let shape = FileShape.members([
        .possible("trained_at", .text), .possible("assistant_id", .scalar), .possible("language", .scalar),
        .possible("core_target", .text), .possible("nlu_target", .text),
        .needed(
            "domain",
            .members(
                ["intents", "entities", "actions"].map { .possible($0, .orNothing(.list(.name))) }
                    + ["slots", "responses", "forms", "config"].map { .possible($0, .orNothing(.map(.anything))) } + [
                        .possible("e2e_actions", .orNothing(.list(.text))),
                        .possible(
                            "session_config",
                            .orNothing(
                                .members([
                                    .possible("session_expiration_time", .number),
                                    .possible("carry_over_slots_to_new_session", .truth),
                                ]))),
                    ])),
    ])

    /// Reads `metadata.json`.
    ///
    /// - Throws: ``ArchiveError`` with `.unsupportedVersion` for archives that Rasa before 3.0 or after 3.6 wrote,
    ///   and `.badMetadata` where something needed is missing or the graph has no order.
    package init(json: JSON) throws(ArchiveError) {
        rasaVersion = try ModelMetadata.supportedVersion(json)
        modelID = try ModelMetadata.text("model_id", in: json)
        trainedAt = json["trained_at"]?.string ?? ""
        assistantID = json["assistant_id"]?.string
        language = json["language"]?.string
        coreTarget = json["core_target"]?.string
        nluTarget = json["nlu_target"]?.string
        guard let domain = json["domain"], case .object = domain else {
            throw ArchiveError(.badMetadata, "metadata.json has no 'domain'; the archive is not a trained model")
        }
        try ModelMetadata.shape.check(json, file: "metadata.json")
        self.domain = domain
        guard let kind = json["training_type"]?.int.flatMap(TrainingType.init) else {
            throw ArchiveError(.badMetadata, "metadata.json: 'training_type' must be 1, 2, 3 or 4")
        }
        trainingType = kind
        guard let nodes = json["predict_schema"]?["nodes"]?.object else {
            throw ArchiveError(.badMetadata, "metadata.json has no 'predict_schema' with 'nodes'")
        }
        var graph = OrderedDictionary<ExactString, GraphNode>(minimumCapacity: nodes.count)
        for (name, node) in nodes { graph[name] = try GraphNode(name: name, json: node) }
        predictGraph = graph
        understandingPipeline =
            try nluTarget.map { (target) throws(ArchiveError) in
                try graph.chain(endingAt: target, through: "messages")
            } ?? []
        policies = try coreTarget.map { (target) throws(ArchiveError) in try graph.policies(of: target) } ?? []
    }

    /// Whether stories with texts were used for training, so that policies also look at the texts of messages.
    package var isEndToEnd: Bool {
        trainingType == .endToEnd || policies.contains { $0.needs["precomputations"] != nil }
    }

    /// The tokenizer and featurizers that make features of texts and names for a policy, first to last; empty if it
    /// looks at names only.
    ///
    /// - Throws: ``ArchiveError`` where a node is missing or the chain runs in a circle.
    package func textFeaturization(for policy: GraphNode) throws(ArchiveError) -> [GraphNode] {
        guard let collector = policy.needs["precomputations"] else { return [] }
        let aside = ["CoreFeaturizationInputConverter", "CoreFeaturizationCollector"]
        return try predictGraph.chain(endingAt: collector, through: "messages").filter { !aside.contains($0.component) }
    }

    private static func text(_ key: String, in json: JSON) throws(ArchiveError) -> String {
        guard let value = json[key]?.string else {
            throw ArchiveError(.badMetadata, "metadata.json has no '\(key)'")
        }
        return value
    }

    private static func supportedVersion(_ json: JSON) throws(ArchiveError) -> RasaVersion {
        let written = try text("rasa_open_source_version", in: json)
        guard let version = RasaVersion(written) else {
            throw ArchiveError(
                .badMetadata, "metadata.json: 'rasa_open_source_version' is '\(written)', which is not a version")
        }
        guard version.isSupported else {
            let advice =
                version.isOfPro
                ? "archives of Rasa Pro (3.7 and later) are not supported; train the project with 'parley train', or "
                    + "with Rasa Open Source 3.6"
                : "archives before 3.0 are not supported; migrate the project's files to Rasa 3, then train them with "
                    + "'parley train'"
            throw ArchiveError(.unsupportedVersion, "the model was trained with Rasa \(written); \(advice)")
        }
        return version
    }
}

extension OrderedDictionary<ExactString, GraphNode> {
    /// The nodes that lead to `target` through one argument, first to last.
    ///
    /// - Throws: ``ArchiveError`` where a node is missing or the chain runs in a circle.
    func chain(endingAt target: String, through argument: String) throws(ArchiveError) -> [GraphNode] {
        var chain: [GraphNode] = []
        var next: String? = target
        while let name = next, !(name.exact.hasPrefix("__") && name.exact.hasSuffix("__")) {
            let node = try node(name)
            guard chain.count < count else {
                throw ArchiveError(.badMetadata, "metadata.json: the graph before node '\(target)' runs in a circle")
            }
            chain.append(node)
            next = node.needs[argument]
        }
        return chain.reversed()
    }

    /// The nodes that `target` needs as `policy0`, `policy1`, … in the order of these numbers.
    func policies(of target: String) throws(ArchiveError) -> [GraphNode] {
        let numbered = try node(target).needs.compactMap { argument, name in
            argument.removingPrefix("policy").flatMap { Int($0) }.map { ($0, name) }
        }
        var policies: [GraphNode] = []
        for (_, name) in numbered.sorted(by: { $0.0 < $1.0 }) { policies.append(try node(name)) }
        return policies
    }

    private func node(_ name: String) throws(ArchiveError) -> GraphNode {
        guard let node = self[name] else {
            throw ArchiveError(.badMetadata, "metadata.json: graph node '\(name)' is needed but not described")
        }
        return node
    }
}
