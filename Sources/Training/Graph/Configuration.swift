import ExactText
package import JSON
import OrderedCollections
import PythonSemantics
package import System
package import YAML

/// What `config.yml` says.
package struct Configuration: Sendable {
    package let language: JSON
    package let assistantID: String?
    /// Nil where it is not given: then Rasa's own choice counts, see ``DefaultConfiguration``.
    package let pipeline: [PipelineStep]?
    /// Nil likewise.
    package let policies: [PipelineStep]?
    package let spaces: JSON
    /// Where it begins.
    let place: SourcePlace

    /// The only recipe there is here.
    package static let recipe = "default.v1"

    /// - Throws: ``TrainingError`` with `.badConfiguration` or `.notTrainable`, that names the component.
    package init(_ document: YAMLNode) throws(TrainingError) {
        guard document.isNull || document.mapping != nil else {
            throw TrainingError(
                .badConfiguration, at: document.place, "a configuration must be a group of keys, such as 'pipeline:'")
        }
        if let recipe = document["recipe"], recipe.text != Self.recipe {
            let wanted =
                recipe.text == "graph.v1"
                ? "the recipe 'graph.v1' is not trained by Parley, which serves pipelines and policies; write the graph as "
                    + "'pipeline' and 'policies' with the recipe '\(Self.recipe)', or train it with Rasa 3.6"
                : "the recipe '\(recipe.text ?? "")' is not known; there is '\(Self.recipe)'"
            throw TrainingError(.badConfiguration, at: recipe.place, wanted)
        }
        try Self.check(importers: document["importers"])
        if let language = document["language"], !language.isNull, language.string == nil {
            throw TrainingError(.badConfiguration, at: language.place, "'language' must be a code, such as 'en'")
        }
        language = document["language"]?.json ?? .null
        place = document.place
        assistantID = document["assistant_id"]?.text
        spaces = document["spaces"]?.json ?? .null
        pipeline = try Self.steps(document["pipeline"], "pipeline")
        policies = try Self.steps(document["policies"], "policies")
        try check()
    }

    /// Reads a file.
    ///
    /// - Throws: ``TrainingError``; names the file.
    package init(path: String, environment: EnvironmentVariables = .process) throws(TrainingError) {
        guard DataFiles.kind(of: path) == .file else {
            throw TrainingError(
                .inputOutput, at: SourcePlace(file: path),
                "there is no such configuration; name the right file with --config")
        }
        try self.init(try DataFiles.read(path, YAMLReader(environment: environment)))
    }

    /// Training data are read from files alone, as Rasa's own importer does.
    private static func check(importers: YAMLNode?) throws(TrainingError) {
        for item in importers?.sequence ?? [] {
            let name = item["name"]?.text ?? ""
            guard ["RasaFileImporter", "rasa.shared.importers.rasa.RasaFileImporter"].contains(exact: name) else {
                throw TrainingError(
                    .notTrainable, at: item.place,
                    "the importer '\(name)' is Python and not run by Parley, which reads files alone; name all files with "
                        + "--data and --domain and remove it, or train with Rasa 3.6")
            }
        }
    }

    static func steps(_ section: YAMLNode?, _ title: String) throws(TrainingError) -> [PipelineStep]? {
        guard let section else { return nil }
        guard let items = section.sequence else {
            throw TrainingError(.badConfiguration, at: section.place, "'\(title)' must be a list of components")
        }
        var steps: [PipelineStep] = []
        for (index, item) in items.enumerated() { steps.append(try step(item, index, title)) }
        return steps
    }

    private static func step(_ item: YAMLNode, _ index: Int, _ title: String) throws(TrainingError) -> PipelineStep {
        var config = item.json.object ?? [:]
        guard let name = config.removeValue(forKey: "name")?.string else {
            throw TrainingError(
                .badConfiguration, at: item.place, "an entry of '\(title)' must have a 'name'")
        }
        let component = name.exact.split(separator: ".").last.map(String.init) ?? name
        let entry = ComponentCatalog.known[component]
        guard let entry, !name.exact.contains(".") || name.exact == "\(entry.module).\(component)" else {
            if let need = ComponentCatalog.needs[component] {
                throw TrainingError(
                    .notTrainable, at: item.place,
                    "\(component) needs \(need), which Parley does not do; train this configuration with Rasa 3.6")
            }
            let known = ComponentCatalog.known.keys.pythonSorted.joined(separator: ", ")
            throw TrainingError(
                .badConfiguration, at: item.place, "the component '\(name)' is not known (trained here: \(known))")
        }
        guard (entry.role == .policy) == (title == "policies") else {
            throw TrainingError(
                .badConfiguration, at: item.place,
                "\(name) belongs in '\(entry.role == .policy ? "policies" : "pipeline")', not '\(title)'")
        }
        if entry.role == .policy, config["priority"]?.array != nil || config["priority"]?.object != nil {
            throw TrainingError(.badConfiguration, at: item.place, "\(name): 'priority' must be a number")
        }
        if entry.role == .policy, DialoguePolicy(rawValue: component) == nil,
            config["featurizer"]?.isPythonTrue == true
        {
            throw TrainingError(
                .notTrainable, at: item.place,
                "\(name): a custom 'featurizer' is not trained by Parley; remove it")
        }
        return PipelineStep(
            name: name, component: component, entry: entry, config: config, index: index, place: item.place,
            optionPlaces: Dictionary(
                (item.mapping ?? [:]).map { ($0.key, $0.value.value.place) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Checks what must not be left out where understanding is trained from files.
    ///
    /// - Throws: ``TrainingError``.
    package func checkLanguage(file: String) throws(TrainingError) {
        guard language.isNull else { return }
        throw TrainingError(
            .badConfiguration, at: SourcePlace(file: file), "there is no 'language'; add one, such as 'language: en'")
    }

    /// Checks that featurizers have names of their own. An alias that is null counts as one, as in Rasa.
    private func checkAliases() throws(TrainingError) {
        var aliases: [JSON] = []
        for step in pipeline ?? [] where step.entry.role == .featurizer {
            guard let alias = step.config["alias"] else { continue }
            guard alias.array == nil, alias.object == nil else {
                throw TrainingError(.badConfiguration, "\(step.name): 'alias' must be a string, or left out")
            }
            guard !aliases.contains(where: { $0.isPythonEqual(to: alias) }) else {
                throw TrainingError(
                    .badConfiguration,
                    "\(step.name): another featurizer has the 'alias' \(alias.text()) too; give each one of its own, "
                        + "or leave it out")
            }
            aliases.append(alias)
        }
    }

    private func check() throws(TrainingError) {
        try checkAliases()
        let tokenizers = pipeline?.filter { $0.entry.role == .tokenizer } ?? []
        guard tokenizers.count < 2 else {
            throw TrainingError(.badConfiguration, "the pipeline has more than one tokenizer; keep one")
        }
        var before: Set<ComponentCatalog.Ability> = []
        for step in pipeline ?? [] {
            for ability in step.entry.needs where !before.contains(ability) {
                throw TrainingError(
                    .badConfiguration, at: step.place,
                    "\(step.name) needs \(ability.rawValue) before it in the pipeline, such as \(ability.example)")
            }
            before.formUnion(step.entry.abilities)
        }
    }
}
