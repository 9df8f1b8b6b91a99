import Glibc
import System
import TestSupport
import Testing

@testable import Prefork

@Suite("The words and the socket of a service manager")
struct ServiceManagerTests {
    private func environment(_ variables: [String: String]) -> EnvironmentVariables {
        EnvironmentVariables { variables[$0] }
    }

    @Test(arguments: [
        (ServiceMessage.ready(mainPID: 5, status: "fine"), "READY=1\nMAINPID=5\nSTATUS=fine\n"),
        (.reloading(microseconds: 12, status: "again"), "RELOADING=1\nMONOTONIC_USEC=12\nSTATUS=again\n"),
        (.stopping(status: "soon"), "STOPPING=1\nSTATUS=soon\n"),
        (.status("a\nREADY=1\u{1B}"), "STATUS=a READY=1 \n"),
        (.watchdog, "WATCHDOG=1\n"),
        (.extendTimeout(.seconds(30)), "EXTEND_TIMEOUT_USEC=30000000\n"),
        (.mainPID(9), "MAINPID=9\n"),
    ])
    func words(_ message: ServiceMessage, _ text: String) {
        #expect(message.text == text)
    }

    @Test func aStatusFitsIntoAMessage() {
        #expect(ServiceMessage.status(String(repeating: "\u{1F375}", count: 5000)).text.utf8.count < 4096)
    }

    @Test func nobodyWantsToBeToldAnything() throws {
        #expect(try ServiceManager(environment: environment([:])) == nil)
        #expect(try ServiceManager(environment: environment(["NOTIFY_SOCKET": "", "WATCHDOG_USEC": "5"])) == nil)
    }

    @Test(arguments: ["vsock:2:1", "relative", "/", "/" + String(repeating: "x", count: 107)])
    func socketsThatAreNone(_ address: String) {
        #expect {
            try ServiceManager(environment: environment(["NOTIFY_SOCKET": address]))
        } throws: {
            "\($0)".contains("NOTIFY_SOCKET is '\(address)'")
        }
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000"], Duration.seconds(30)),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], .seconds(30)),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), ([:], nil),
    ])
    func watchdog(_ variables: [String: String], _ expected: Duration?) throws {
        let all = variables.merging(["NOTIFY_SOCKET": "@x"]) { $1 }
        let manager = try #require(try ServiceManager(environment: environment(all), pid: 7))
        #expect(manager.watchdog == expected)
        // Whoever takes this program's place has another process id.
        let next = Dictionary(uniqueKeysWithValues: manager.variables.map { ($0.name, $0.value) })
        #expect(try ServiceManager(environment: environment(next), pid: 9)?.watchdog == expected)
        manager.close()
    }

    @Test(arguments: ["0", "-1", "many", "99999999999999999999"])
    func watchdogsThatAreNone(_ text: String) {
        #expect(throws: BootFailure.self) {
            try ServiceManager(environment: environment(["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": text]))
        }
    }

    @Test(arguments: [true, false])
    func messagesArrive(isAbstract: Bool) throws {
        let directory = try TemporaryDirectory()
        let name = "@parley-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let reader = try NotifySocket(address: isAbstract ? name : "\(directory.path)/notify")
        let manager = try #require(try ServiceManager(environment: environment(["NOTIFY_SOCKET": reader.address])))
        #expect(manager.send(.mainPID(4)))
        #expect(try reader.next() == "MAINPID=4\n")
        // Nothing is waited for where nobody reads.
        while manager.send(.watchdog) {}
        manager.close()
    }
}
