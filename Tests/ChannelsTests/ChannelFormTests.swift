import Settings
import System
import Testing
import YAML

@testable import Channels

@Suite("What credentials say of a channel is held against what it takes")
struct ChannelFormTests {
    private func settings(_ channel: String, _ text: String) throws -> ChannelSettings {
        let environment = EnvironmentVariables { $0 == "FLAG" ? "false" : nil }
        let node = try YAMLReader(environment: environment).read(Array(text.utf8), file: "c.yml")
        return ChannelSettings(name: channel, node)
    }

    @Test(arguments: [
        ("facebook", "{verify: '', secret: '', page-access-token: ''}", "'verify'"), ("slack", "", "'slack_token'"),
        ("facebook", "{verify: v, secret: s, page_access_token: p}", "'page-access-token'"),
        ("callback", "{url: }", "'url'"), ("callback", "{url: localhost}", "begin with http"),
        ("mattermost", "{url: http://x, user: u, pw: p}", "'token'"), ("twilio", "{account_sid: a}", "'auth_token'"),
    ])
    func blank(_ channel: String, _ text: String, _ words: String) throws {
        let blank = try #require(try settings(channel, text).blank)
        #expect(blank.message.contains(words))
        #expect(blank.place.line == 1)
    }

    @Test(arguments: [
        ("rest", ""), ("rest", "{a: 1}"), ("socketio", ""), ("hangouts", ""), ("callback", "{url: HTTP://x}"),
        ("facebook", "{verify: 1, secret: 2, page-access-token: 3}"),
    ])
    func complete(_ channel: String, _ text: String) throws {
        #expect(try settings(channel, text).blank == nil)
    }

    @Test func unknownKeys() throws {
        let warnings = try settings("slack", "{slack_token: x, slack_signing_secret: y, slack_chanel: z}").warnings()
        #expect(warnings.map(\.description).first?.contains("did you mean 'slack_channel'?") == true)
        #expect(try settings("rest", "{foo: bar}").warnings().count == 1)
        #expect(try settings("rest", "true").warnings().isEmpty)
        for (channel, text) in [
            ("socketio", "{jwtkey: a}"), ("webexteams", "{secrets: s}"), ("hangouts", "{projectid: 1}"),
        ] {
            #expect(throws: SourceError.self) { try settings(channel, text).warnings() }
        }
    }

    @Test(
        "Flags count as in Python, and texts are told",
        arguments: [
            ("true", true, 0), ("false", false, 0), ("${FLAG}", false, 0), ("", false, 0), ("'True'", true, 0),
            ("true/false", true, 1), ("<true>", true, 1), ("yes", true, 1), ("no", true, 1), ("1", true, 1),
            ("0", false, 1), ("[]", false, 1), ("''", false, 1),
        ])
    func flags(_ text: String, _ isTrue: Bool, _ warnings: Int) throws {
        let settings = try settings("socketio", "session_persistence: \(text)")
        #expect(settings.flag("session_persistence") == isTrue)
        #expect(try settings.warnings().count == warnings)
    }
}
