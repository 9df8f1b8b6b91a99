import ExactText
import Glibc
import NIOCore
import NIOPosix
import WebClient

/// What the shell's commands need of the terminal and the network.
struct Terminal: Sendable {
    let httpClient: OutboundHTTPClient
    private let loop: any EventLoop

    /// Runs something that calls a server; the connections are closed afterwards.
    static func run(_ body: (Terminal) throws -> Void) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let terminal = Terminal(httpClient: OutboundHTTPClient(loop: group.next()), loop: group.next())
        defer {
            _ = try? terminal.wait { await terminal.httpClient.close() }
            try? group.syncShutdownGracefully()
        }
        try body(terminal)
    }

    /// Waits for what is done with the server.
    func wait<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let promise = loop.makePromise(of: Value.self)
        promise.completeWithTask(work)
        return try promise.futureResult.wait()
    }

    /// The next line without white space around it; nil at the end of the input.
    ///
    /// - Parameter prompt: What is shown before it, where the input is a terminal.
    func nextLine(prompt: String) -> String? {
        if isatty(STDIN_FILENO) == 1 { Output.write(prompt, to: STDOUT_FILENO) }
        guard let line = readLine() else { return nil }
        return String(line.exact.trimming(while: \.properties.isWhitespace))
    }
}
