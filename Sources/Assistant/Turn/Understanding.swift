import JSON

/// Makes of a text what the conversation goes by.
protocol Understanding: Sendable {
    /// The result in Rasa's form: text, intent, entities and what else the pipeline finds.
    func parse(_ text: String) -> JSONObject
}
