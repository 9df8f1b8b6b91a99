import CParleySystem
import ExactText
import Glibc
import JSON
import Prefork
import Server
import Settings
import System
import Training
import YAML

/// A Parley of this program's own for the time of a comparison: on a spare port of this machine, with conversations in
/// memory and no event broker. It ends with this process, however that ends.
final class TemporaryServer: Sendable {
    private let directory: String
    private let process: pid_t

    /// How long a model may take to be loaded.
    private static let maxStart = Duration.seconds(900)
    /// How long the server may take to end.
    private static let maxEnd = Duration.seconds(20)
    /// What of the endpoints has an effect on what an assistant says, and nothing that keeps anything.
    private static let sections = ["action_endpoint", "nlg", "nlu"]

    /// Starts the server, which is not ready then.
    ///
    /// - Parameters:
    ///   - directory: An empty directory, for its files.
    ///   - endpoints: A file of which the servers are taken that an assistant calls.
    /// - Throws: ``BootFailure`` with file and line, or the system's reason.
    init(
        model: String, endpoints: String?, allowMissingComponents: Bool, in directory: String
    ) throws(BootFailure) {
        self.directory = directory
        let servers = try Self.endpoints(endpoints)
        do throws(SystemError) {
            try File.write(servers, to: "\(directory)/endpoints.yml")
            try File.write(Array("rest:\n".utf8), to: "\(directory)/credentials.yml")
        } catch {
            throw BootFailure("'\(directory)' cannot be written: \(error)", status: ExitStatus.system)
        }
        // Nobody else reaches it, and it is to say that it is ready.
        for name in ["PARLEY_AUTH_TOKEN", "PARLEY_JWT_SECRET"] {
            unsetenv(name)
            unsetenv("\(name)_FILE")
        }
        for name in ["LOG_LEVEL", "FORCE_JSON_LOGGING", "SANIC_WORKERS", "SANIC_ACCESS_LOG"] { unsetenv(name) }
        let words =
            ["run", "-i", "127.0.0.1", "-p", "0", "--enable-api", "--model=\(model)"]
            + ["--endpoints=\(directory)/endpoints.yml", "--credentials=\(directory)/credentials.yml"]
            + (allowMissingComponents ? ["--allow-missing-components"] : [])
        process = try Self.start(words, in: directory)
    }

    private static func start(_ words: [String], in directory: String) throws(BootFailure) -> pid_t {
        var arguments: [UnsafeMutablePointer<CChar>?] = (["parley"] + words).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        let process = directory.withCString { directory in
            arguments.withUnsafeBufferPointer { arguments -> pid_t in
                var job = parley_job(
                    arguments: arguments.baseAddress, directory: directory, max_memory: 0, niceness: 0)
                return parley_start_job(&job)
            }
        }
        guard process > 0 else {
            throw BootFailure(
                "cannot start a process: \(String(cString: strerror(errno)))", status: ExitStatus.system)
        }
        return process
    }

    /// The servers of an endpoints file that an assistant calls, in JSON, which is YAML. Nothing in it is expanded again,
    /// as all texts are quoted.
    ///
    /// - Throws: ``BootFailure`` with file and line.
    static func endpoints(_ path: String?) throws(BootFailure) -> [UInt8] {
        guard let path else { return Array("{}\n".utf8) }
        let environment = EnvironmentVariables.process.withFiles(from: ConfigurationSource())
        let document: JSON
        do throws(SourceError) {
            document = try YAMLReader(environment: environment).read(path: path).json
        } catch {
            throw BootFailure(
                "\(error)", status: error.code == .unreadable ? ExitStatus.noInput : ExitStatus.configuration)
        }
        let servers = (document.object ?? [:]).filter { sections.contains(exact: $0.key) }
        return JSON.object(servers).encoded() + [UInt8(ascii: "\n")]
    }

    /// Waits until the server is ready.
    ///
    /// - Parameter pause: Waits for a moment.
    /// - Returns: Its address.
    /// - Throws: ``BootFailure`` with what the server said, when it cannot start.
    func address(pause: () async -> Void) async throws(BootFailure) -> String {
        let end = ContinuousClock.now + Self.maxStart
        while ContinuousClock.now < end {
            var status: Int32 = 0
            let hasEnded = waitpid(process, &status, WNOHANG) == process
            let said = said
            if let address = LocalServer.address(in: said) { return address }
            if hasEnded {
                let last = said.exact.split(separator: "\n").last.map(String.init) ?? "it did not start"
                let words = last.exact.removingPrefix("parley: ").map(String.init) ?? last
                throw BootFailure("Parley cannot serve the model: \(words)", status: (status >> 8) & 0xFF)
            }
            await pause()
        }
        throw BootFailure(
            "Parley was not ready within \(Self.maxStart.components.seconds) s", status: ExitStatus.unavailable)
    }

    private var said: String {
        ["errors", "response"].map { name in
            let bytes = (try? File.read("\(directory)/\(name)", atMost: 64 << 20)) ?? []
            return String(decoding: bytes, as: UTF8.self)
        }.joined()
    }

    /// Ends the server and waits for that; kills it where it takes too long.
    func end() {
        kill(process, SIGINT)
        let end = ContinuousClock.now + Self.maxEnd
        while waitpid(process, nil, WNOHANG) == 0 {
            if ContinuousClock.now > end { kill(process, SIGKILL) }
            usleep(20_000)
        }
    }
}
