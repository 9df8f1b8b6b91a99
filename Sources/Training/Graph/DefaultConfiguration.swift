import YAML

/// What a configuration stands for that has no `pipeline` or no `policies`: what Rasa 3.6.21 takes then.
package enum DefaultConfiguration {
    /// The entries in YAML.
    package static let pipeline = """
        - name: WhitespaceTokenizer
        - name: RegexFeaturizer
        - name: LexicalSyntacticFeaturizer
        - name: CountVectorsFeaturizer
        - name: CountVectorsFeaturizer
          analyzer: char_wb
          min_ngram: 1
          max_ngram: 4
        - name: DIETClassifier
          epochs: 100
          constrain_similarities: true
        - name: EntitySynonymMapper
        - name: ResponseSelector
          epochs: 100
          constrain_similarities: true
        - name: FallbackClassifier
          threshold: 0.3
          ambiguity_threshold: 0.1
        """
    package static let policies = """
        - name: MemoizationPolicy
        - name: RulePolicy
        - name: UnexpecTEDIntentPolicy
          max_history: 5
          epochs: 100
        - name: TEDPolicy
          max_history: 5
          epochs: 100
          constrain_similarities: true
        """

    /// The steps of a section that is not written.
    static func steps(_ entries: String, _ title: String) throws(TrainingError) -> [PipelineStep] {
        let section: YAMLNode
        do throws(SourceError) {
            section = try YAMLReader().read(Array(entries.utf8), file: "the default '\(title)'")
        } catch {
            throw TrainingError(error)
        }
        return try Configuration.steps(section, title) ?? []
    }

    /// What people are told where a section is not written.
    static func notice(_ title: String, _ steps: [PipelineStep], _ configuration: Configuration) -> TrainingWarning {
        let names = steps.map(\.component).joined(separator: ", ")
        return TrainingWarning(
            at: configuration.place, "there is no '\(title)'; that of Rasa's default configuration is trained: \(names)"
        )
    }
}
