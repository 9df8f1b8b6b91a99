import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("parley shell talks with a server that runs already", .ownThread)
struct ShellTests {
    /// A shell whose words come through a pipe.
    private final class Shell {
        let process: RunningProcess
        private let input = Pipe()

        init(_ arguments: [String]) throws {
            process = try RunningProcess(
                ParleyServer.binary, ["shell"] + arguments, input: input.fileHandleForReading.fileDescriptor)
        }

        func type(_ line: String) throws {
            try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        }

        func close() throws { try input.fileHandleForWriting.close() }

        func await(_ text: String) throws {
            _ = try process.awaitLine { $0.contains(text) ? true : nil }
        }
    }

    private func url(_ server: ParleyServer) -> String { "http://127.0.0.1:\(server.port)" }

    @Test("Messages go in, replies and buttons come out, numbers choose buttons, '/stop' ends")
    func conversation() throws {
        let server = try ParleyServer()
        let shell = try Shell(["--url", url(server) + "/", "--conversation-id", "me"])
        try shell.await("Type a message")
        try shell.type("hello")
        try shell.await("Welcome to the tea house.")
        try shell.await("1: Yes, please (/affirm)")
        try shell.type("2")
        try shell.await("Image: https://tea.example/garden.jpg")
        try shell.type("/stop")
        let ending = try shell.process.ending()
        #expect(ending.status == 0)
        let said = try server.events(of: "me").filter { $0["event"] == "user" }.compactMap { $0["text"]?.string }
        #expect(said == ["hello", "/deny"])
    }

    @Test("The end of the input ends it, too; a new shell is a new conversation")
    func endOfInput() throws {
        let server = try ParleyServer()
        for _ in 1...2 {
            let shell = try Shell(["--url", url(server)])
            try shell.type("/affirm")
            try shell.close()
            let ending = try shell.process.ending()
            #expect(ending.status == 0)
            #expect(ending.lines.contains { $0.contains("We have green, black and mint tea.") })
        }
    }

    /// A terminal of Linux: the side that types, and the side of the program.
    private static func terminal() throws -> (master: Int32, program: FileHandle) {
        // TIOCSPTLCK and TIOCGPTN, which are macros that Swift does not see.
        let unlock: UInt = 0x4004_5431
        let tellNumber: UInt = 0x8004_5430
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, ioctl(master, unlock, &isLocked) == 0, ioctl(master, tellNumber, &number) == 0 else {
            throw TestFailure("there is no terminal: errno \(errno)")
        }
        let program = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard program >= 0 else { throw TestFailure("the terminal cannot be opened: errno \(errno)") }
        return (master, FileHandle(fileDescriptor: program, closeOnDealloc: true))
    }

    private static var hasTerminals: Bool {
        guard let (master, _) = try? terminal() else { return false }
        close(master)
        return true
    }

    @Test("On a terminal it asks for each message", .enabled(if: hasTerminals, "no terminals can be made here"))
    func terminal() throws {
        let server = try ParleyServer()
        let (master, terminal) = try Self.terminal()
        defer { close(master) }
        let process = try RunningProcess(
            ParleyServer.binary, ["shell", "--url", url(server)], input: terminal.fileDescriptor)
        for line in ["hello\n", "/stop\n"] {
            let bytes = Array(line.utf8)
            #expect(write(master, bytes, bytes.count) == bytes.count)
        }
        let ending = try process.ending()
        #expect(ending.status == 0)
        #expect(ending.lines.contains { $0.hasPrefix("Your input ->  Welcome to the tea house.") })
    }

    @Test("The token is shown to the server in its query")
    func token() throws {
        let stub = try HTTPStub { _ in .status(200, "{\"recipient_id\": \"me\", \"text\": \"open\"}\n") }
        let shell = try Shell(["--url", "http://127.0.0.1:\(stub.port)", "-t", "a b&c"])
        try shell.type("hello")
        try shell.await("open")
        #expect(stub.requests.first?.head.hasPrefix("POST /webhooks/rest/webhook?stream=true&token=a%20b%26c ") == true)
        try shell.close()
        #expect(try shell.process.ending().status == 0)
    }

    @Test("A server that goes away, or refuses, ends it with one sentence")
    func serverGone() throws {
        let server = try ParleyServer()
        let shell = try Shell(["--url", url(server)])
        try shell.type("hello")
        try shell.await("Welcome to the tea house.")
        server.process.signal(SIGKILL)
        // Its workers notice and end; until then they may still answer.
        _ = eventually {
            try? shell.type("hello")
            return shell.process.lines.contains { $0.hasPrefix("parley: ") }
        }
        let ending = try shell.process.ending()
        #expect(ending.status != 0)
        #expect(ending.lines.last?.contains("cannot be reached") == true, "\(ending.lines)")

        let stub = try HTTPStub { _ in .status(401, #"{"message": "not you"}"#) }
        let refused = try Shell(["--url", "http://127.0.0.1:\(stub.port)"])
        try refused.type("hello")
        let refusal = try refused.process.ending()
        #expect(refusal.status != 0)
        #expect(refusal.lines.last?.contains("status 401") == true)
    }

    @Test("It loads a model by itself, with the flags of rasa shell")
    func ownModel() throws {
        let shell = try Shell([
            "-m", ParleyServer.demo, "--credentials", "none.yml", "--endpoints", "none.yml", "--conv", "me", "-p", "5",
            "--enable-api",
        ])
        try shell.type("hello")
        try shell.await("Welcome to the tea house.")
        try shell.close()
        #expect(try shell.process.ending().status == 0)
    }

    @Test("'shell nlu' shows how messages are understood")
    func understanding() throws {
        let shell = try Shell(["nlu", "--mod", ParleyServer.demo])
        try shell.type("hello")
        try shell.await("\"name\": \"greet\",")
        try shell.close()
        let ending = try shell.process.ending()
        #expect(ending.status == 0)
        #expect(ending.lines.contains("  \"text\": \"hello\",") || ending.lines.contains("  \"text\": \"hello\""))
    }

    @Test("An address that is none is refused", arguments: ["localhost:5005", "ftp://h"])
    func badAddress(url: String) throws {
        let shell = try Shell(["--url", url])
        let ending = try shell.process.ending()
        #expect(ending.status == 64)
        #expect(ending.lines == ["parley: --url: must begin with http:// or https://"])
    }
}
