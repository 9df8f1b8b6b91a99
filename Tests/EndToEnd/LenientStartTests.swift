import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("What Rasa passes over in files and flags does not end the start, and the log says where it is", .ownThread)
struct LenientStartTests {
    @Test func filesWithMoreThanCounts() throws {
        let server = try ParleyServer(
            [
                "--enable-api", "--credentials", "credentials.yml", "--endpoints", "endpoints.yml", "--cors", "*",
                "/tmp",
            ],
            endpoints: """
                version: "3.1"
                tracker_store:
                  type: InMemoryTrackerStore
                  prot: 6379
                action_endpoint:
                  url: localhost:5055/webhook
                event_broker:
                  type: file
                  path: events.log
                  queue: x
                """,
            credentials: """
                rest:
                facebook:
                  verify: ""
                socketio:
                  session_persistence: true/false
                  user_mesage_evt: x
                """)
        #expect(try server.say("hello", as: "me").text.contains("Welcome to the tea house."))
        #expect(try server.call("GET", "/webhooks/facebook/").status == 404)
        #expect(try server.call("GET", "/webhooks/socketio/").status == 200)
        let lines = server.process.lines
        for words in [
            ["endpoints.yml:1", "'version'"], ["endpoints.yml:4", "'prot'"], ["endpoints.yml:6", "'action_endpoint'"],
            ["endpoints.yml:10", "'queue'"], ["credentials.yml:3", "'facebook' has no 'verify'"],
            ["credentials.yml:5", "'session_persistence'"],
            ["credentials.yml:6", "did you mean 'user_message_evt'?"], ["--cors", "/tmp"],
        ] {
            #expect(lines.contains { line in words.allSatisfy(line.contains) }, "\(words)")
        }
    }

    @Test(
        "A channel that was asked for, or is the only one, is not left out",
        arguments: [[], ["--connector", "facebook"]])
    func blankCredentialsOfTheOnlyChannel(_ flags: [String]) throws {
        let directory = try TemporaryDirectory()
        let credentials = (flags.isEmpty ? "" : "rest:\n") + "facebook:\n  verify: ''\n"
        try directory.write(credentials, as: "c.yml")
        let process = try RunningProcess(
            ParleyServer.binary, ["run", "-m", ParleyServer.demo, "-p", "0", "--credentials", "c.yml"] + flags,
            directory: directory.path)
        let ending = try process.ending()
        #expect(ending.status == 78)
        #expect(ending.lines.last?.contains("the channel 'facebook' has no 'verify'") == true)
    }

    @Test("Flags may be cut short; what could be several is refused with their names")
    func flagsCutShort() throws {
        let server = try ParleyServer(["--enable", "--resp=60"])
        #expect(try server.call("GET", "/status").status == 200)
        let ending = try RunningProcess(ParleyServer.binary, ["run", "--s", "x"]).ending()
        #expect(ending.status == 64)
        #expect(ending.lines.last?.contains("it could be --ssl-ca-file, --ssl-certificate") == true)
    }
}
