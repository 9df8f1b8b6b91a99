import Testing

@testable import Settings

@Suite("credentials.yml names channels")
struct CredentialsTests {
    private func read(_ text: String) throws -> Credentials {
        try Credentials(YAMLReader().read(Array(text.utf8), file: "credentials.yml"), served: ["rest"])
    }

    private func error(_ text: String) -> SettingsError? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error as? SettingsError
        }
    }

    @Test func channels() throws {
        #expect(try read("").channels.isEmpty)
        #expect(try read("rest:\n").channels["rest"]?.isNull == true)
        #expect(try read("rest: {a: 1}\n").channels["rest"]?.mapping?["a"]?.value.value == .int(1))
    }

    @Test func channelOfRasaXIsLeftOut() throws {
        let credentials = try read("rest:\nrasa:\n  url: http://localhost:5002/api\n")
        #expect(Array(credentials.channels.keys) == ["rest"])
        #expect(credentials.leftOut["rasa"]?.line == 2)
    }

    @Test func channelsThatAreNotServed() {
        let slack = error("rest:\nslack:\n  slack_token: x\n")
        #expect(slack?.code == .notServed)
        #expect(slack?.description.hasPrefix("credentials.yml:2: the channel 'slack'") == true)
        #expect(error("resst:\n")?.message.contains("did you mean 'rest'?") == true)
        #expect(error("my.module.Channel:\n")?.message.contains("Python") == true)
        #expect(error("- rest\n")?.code == .badValue)
    }
}
