package import ExactText
package import JSON

/// One node of an archive's prediction graph: a component, its settings and where its inputs come from.
package struct GraphNode: Sendable, Hashable {
    /// The node's name in the graph, such as `run_DIETClassifier5`.
    package let name: String
    /// The component's class name, the last part of ``uses``: `DIETClassifier`.
    package let component: String
    /// The dotted Python class as the archive names it.
    package let uses: String
    /// What the assistant's author wrote for this component; the component's defaults go below it.
    package let config: JSONObject
    /// Argument name → node name; graph inputs are called `__message__`, `__tracker__`, `__importer__`.
    package let needs: [ExactString: String]
    /// The directory of the component's files; nil where the component keeps none. The directory itself may be missing,
    /// which means that there was nothing to train.
    package let resource: String?

    package init(
        name: String, uses: String, config: JSONObject = [:], needs: [ExactString: String] = [:],
        resource: String? = nil
    ) {
        self.name = name
        self.uses = uses
        self.component = uses.exact.split(separator: ".").last.map(String.init) ?? uses
        self.config = config
        self.needs = needs
        self.resource = resource
    }

    private static let shape = FileShape.members([
        .possible("needs", .map(.anything)), .possible("config", .map(.anything)),
        .possible("resource", .members([.needed("name", .text)])),
    ])

    /// Reads one member of `predict_schema.nodes`.
    init(name: String, json: JSON) throws(ArchiveError) {
        guard let uses = json["uses"]?.string, !uses.isEmpty else {
            throw ArchiveError(
                .badMetadata, "metadata.json: graph node '\(name)' does not name its component in 'uses'")
        }
        try GraphNode.shape.check(json, file: "metadata.json: graph node '\(name)'")
        var needs: [ExactString: String] = [:]
        for (argument, source) in json["needs"]?.object ?? [:] {
            guard let source = source.string else {
                throw ArchiveError(
                    .badMetadata, "metadata.json: graph node '\(name)': '\(argument)' in 'needs' is not a node's name")
            }
            needs[argument] = source
        }
        self.init(
            name: name, uses: uses, config: json["config"]?.object ?? [:], needs: needs,
            resource: json["resource"]?["name"]?.string)
    }
}
