package import JSON

package protocol NLUInterpreter: Sendable {
    /// The result in Rasa's form: text, intent, entities and what else the pipeline finds.
    ///
    /// - Throws: `ModelFailure` where the model cannot handle the message; `OffloadError` where too many long texts
    ///   wait to be understood.
    func parse(_ text: String, of conversation: String) async throws -> JSONObject
}
