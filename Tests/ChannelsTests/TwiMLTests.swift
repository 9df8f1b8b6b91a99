import Settings
import System
import Testing
import YAML

@testable import Channels

@Suite("Twilio's markup for calls")
struct TwiMLTests {
    private func settings(_ text: String) throws -> TwilioVoiceSettings {
        let node = try YAMLReader(environment: EnvironmentVariables { _ in nil }).read(
            Array(text.utf8), file: "credentials.yml")
        return try TwilioVoiceSettings(ChannelSettings(name: "twilio_voice", node))
    }

    @Test("lines are said with pauses between them, and after the last one it is listened")
    func lines() throws {
        let markup = TwiML(try settings("{assistant_voice: alice}"), action: "https://a/b?x=1&y=\"2\"")
        let head = #"<?xml version="1.0" encoding="UTF-8"?>"#
        #expect(markup.response([]) == "\(head)<Response />")
        #expect(
            markup.response(["one & <two>", "three\u{1}"])
                == "\(head)<Response><Say voice=\"alice\">one &amp; &lt;two&gt;</Say><Pause length=\"1\" />"
                + #"<Gather action="https://a/b?x=1&amp;y=&quot;2&quot;" actionOnEmptyResult="true" enhanced="false" "#
                + #"input="speech" speechModel="default" speechTimeout="5"><Say voice="alice">three</Say></Gather>"#
                + "</Response>")
    }

    @Test(
        "settings that do not go together are refused",
        arguments: [
            "{assistant_voice: Polly.Nobody}", "{assistant_voice: amy}", "{speech_timeout: soon}",
            "{speech_model: best}", "{enhanced: maybe}", "{enhanced: 'true'}", "{speech_timeout: auto}",
        ])
    func refusals(text: String) { #expect(throws: ChannelError.self) { try settings(text) } }

    @Test(arguments: [
        "{}", "{assistant_voice: Polly.Amy-Neural}", "{enhanced: 'true', speech_model: phone_call}",
        "{speech_timeout: auto, speech_model: numbers_and_commands}",
    ])
    func right(text: String) throws { _ = try settings(text) }
}
