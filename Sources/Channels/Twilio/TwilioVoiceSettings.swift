import ExactText

struct TwilioVoiceSettings: Sendable {
    /// The voices that Rasa knows, besides those of Amazon Polly.
    private static let voices = [
        "man", "woman", "alice",
    ]
    private static let pollyVoices = [
        "Mads", "Naja", "Lotte", "Reuben", "Nicole", "Russell", "Amy", "Brian", "Emma", "Amy-Neural",
        "Emma-Neural", "Brian-Neural", "Raveena", "Ivy", "Joanna", "Joey", "Justin", "Kendra", "Kimberly",
        "Matthew", "Salli", "Ivy-Neural", "Joanna-Neural", "Kendra-Neural", "Kimberly-Neural", "Sally-Neural",
        "Joey-Neural", "Justin-Neural", "Matthew-Neural", "Geraint", "Celine", "Mathieu", "Chantal", "Hans",
        "Marlene", "Vicki", "Dora", "Karl", "Carla", "Giorgio", "Mizuki", "Takumi", "Liv", "Jacek", "Jan",
        "Ewa", "Maja", "Ricardo", "Vitoria", "Camila-Neural", "Cristiano", "Ines", "Carmen", "Maxim",
        "Tatyana", "Conchita", "Enrique", "Miguel", "Penelope", "Lupe-Neural", "Astrid", "Filiz", "Gwyneth",
        "Aditi",
    ]
    private static let speechModels = ["default", "numbers_and_commands", "phone_call"]

    let initialPrompt: String
    let repromptPhrase: String
    let voice: String
    let speechTimeout: String
    let speechModel: String
    let enhanced: String

    init(_ settings: ChannelSettings) throws(ChannelError) {
        initialPrompt = try settings.text("initial_prompt") ?? "hello"
        repromptPhrase =
            try settings.text("reprompt_fallback_phrase") ?? "I'm sorry I didn't get that could you rephrase."
        voice = try settings.text("assistant_voice") ?? "woman"
        speechTimeout = try settings.text("speech_timeout") ?? "5"
        speechModel = try settings.text("speech_model") ?? "default"
        enhanced = try settings.text("enhanced") ?? "false"
        try check(settings)
    }

    private func check(_ settings: ChannelSettings) throws(ChannelError) {
        let isPolly =
            voice.exact.hasPrefix("Polly.") && TwilioVoiceSettings.pollyVoices.contains(String(voice.dropFirst(6)))
        guard isPolly || TwilioVoiceSettings.voices.contains(voice) else {
            throw settings.error("'assistant_voice': there is no voice '\(voice)'")
        }
        guard Int(speechTimeout) != nil || speechTimeout.lowercased() == "auto" else {
            throw settings.error("'speech_timeout' must be a whole number or 'auto', not '\(speechTimeout)'")
        }
        guard TwilioVoiceSettings.speechModels.contains(speechModel) else {
            throw settings.error(
                "'speech_model' must be one of \(TwilioVoiceSettings.speechModels.joined(separator: ", "))")
        }
        guard ["true", "false"].contains(enhanced.lowercased()) else {
            throw settings.error("'enhanced' must be true or false")
        }
        guard enhanced.lowercased() == "false" || speechModel == "phone_call" else {
            throw settings.error("'enhanced' needs 'speech_model: phone_call'")
        }
        guard speechTimeout.lowercased() != "auto" || speechModel == "numbers_and_commands" else {
            throw settings.error("'speech_timeout: auto' needs 'speech_model: numbers_and_commands'")
        }
    }
}
