import ExactText
import OrderedCollections
import TestSupport
import Testing
import YAML

@testable import Settings

@Suite("credentials.yml names channels")
struct CredentialsTests {
    private func read(_ text: String) throws -> Credentials {
        try Credentials(YAMLReader().read(Array(text.utf8), file: "credentials.yml"), supported: ["rest"])
    }

    private func error(_ text: String) -> SourceError? { sourceError { try read(text) } }

    @Test func channels() throws {
        #expect(try read("").channels.isEmpty)
        #expect(try read("rest:\n").channels["rest"]?.isNull == true)
        #expect(try read("rest: {a: 1}\n").channels["rest"]?.mapping?["a"]?.value.value == .int(1))
    }

    @Test func channelsThatAreNotSupported() {
        let slack = error("rest:\nslack:\n  slack_token: x\n")
        #expect(slack?.code == .unknownKey)
        #expect(slack?.description.hasPrefix("credentials.yml:2: unknown channel 'slack'") == true)
        #expect(error("resst:\n")?.message.contains("did you mean 'rest'?") == true)
        #expect(error("my.module.Channel:\n")?.message.contains("Python") == true)
        #expect(error("- rest\n")?.code == .badValue)
        #expect(error("resst: x\n")?.code == .unknownKey)
    }

    @Test("What describes no channel is ignored, and so is every other channel where one was asked for")
    func passedOver() throws {
        let credentials = try read("version: '3.1'\nrest:\n")
        #expect(credentials.channels.keys == ["rest"])
        #expect(credentials.warnings.map(\.place.line) == [1])
        let node = try YAMLReader().read(Array("rest:\nmy.Channel:\n".utf8), file: "c.yml")
        #expect(try Credentials(node, supported: ["rest"], only: "rest").channels.keys == ["rest"])
    }
}
