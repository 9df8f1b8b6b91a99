import Prefork
import System
import Testing

@testable import Server

@Suite("Variables of Sanic")
struct SanicVariablesTests {
    private func environment(_ variables: [String: String]) -> EnvironmentVariables {
        EnvironmentVariables(lookUp: { variables[$0] }, names: { Array(variables.keys) })
    }

    @Test func areNumbersWithOrWithoutAFraction() throws {
        let variables = try SanicVariables(
            environment(["SANIC_GRACEFUL_SHUTDOWN_TIMEOUT": "0", "SANIC_REQUEST_TIMEOUT": "1.5"]))
        #expect(variables.gracePeriod == 0)
        #expect(variables.requestTimeout == 2)
        #expect(variables.responseTimeout == nil)
        #expect(try SanicVariables(environment([:])) == SanicVariables())
    }

    @Test(arguments: ["", "many", "0", "-1", "nan", "inf", "1e300", "5s"])
    func whatIsNoneIsRefusedByName(text: String) {
        let error = #expect(throws: BootFailure.self) {
            try SanicVariables(environment(["SANIC_KEEP_ALIVE_TIMEOUT": text]))
        }
        #expect(error?.message.contains("SANIC_KEEP_ALIVE_TIMEOUT") == true)
    }

    @Test func thoseWithoutEffectAreNamed() {
        let names = SanicVariables.unsupported(
            in: environment(["SANIC_MOTD": "1", "SANIC_WORKERS": "2", "SANIC_AUTO_RELOAD": "", "PATH": "/bin"]))
        #expect(names == ["SANIC_AUTO_RELOAD", "SANIC_MOTD"])
    }
}

@Suite("What memory allows a worker to hold for its clients")
struct MemoryBudgetTests {
    @Test(arguments: [24, 32, 64, 128, 512, 4096], [1, 2, 8])
    func isWithinItsShare(megabytes: Int, workers: Int) {
        let budget = MemoryBudget(memory: UInt64(megabytes) << 20, workers: workers)
        #expect(budget.maxBodyBytes >= 64 << 10)
        #expect(budget.maxBodyBytes <= budget.maxBufferedBodyBytes)
        #expect(budget.maxBufferedBodyBytes * workers <= max(megabytes << 18, workers << 16))
        #expect(budget.connections >= 16)
        #expect(budget.maxJSONValues >= 2000)
        #expect(budget.workerBytes * workers <= megabytes << 20)
        let encrypted = MemoryBudget(memory: UInt64(megabytes) << 20, workers: workers, isEncrypted: true)
        #expect(encrypted.connections <= budget.connections)
    }

    @Test func ofASmallContainerIsSmallAndOfALargeOneIsNoBound() {
        #expect(MemoryBudget(memory: 24 << 20, workers: 1).maxBufferedBodyBytes < 2 << 20)
        #expect(MemoryBudget(memory: 16 << 30, workers: 2).maxBodyBytes > 100_000_000)
        #expect(MemoryBudget(memory: .max, workers: .max).connections >= 16)
        #expect(MemoryBudget(memory: 0, workers: 0).maxBodyBytes == 64 << 10)
    }
}

@Suite("Counts of a control group")
struct ControlGroupCountTests {
    @Test func areLinesOfAKeyAndANumber() {
        let events = "low 0\nhigh 0\nmax 12\noom 2\noom_kill 7\noom_group_kill 0\n"
        #expect(ControlGroups.number(of: "oom_kill", in: events) == 7)
        #expect(ControlGroups.number(of: "oom", in: events) == 2)
        #expect(ControlGroups.number(of: "kill", in: events) == nil)
        #expect(ControlGroups.number(of: "oom_kill", in: "") == nil)
    }
}
