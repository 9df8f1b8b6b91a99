import Prefork
import Testing

@testable import Server

@Suite("What flags ask for is refused where it cannot be")
struct FlagConfigurationTests {
    private func failure(_ body: () throws -> some Any) -> String? {
        let error = #expect(throws: BootFailure.self) { _ = try body() }
        return error?.message
    }

    @Test("web tokens: a key pair needs its public half, a method a name, a secret something to keep")
    func webTokens() throws {
        func verifier(_ secret: String?, _ method: String = "HS256", _ key: String? = nil) throws -> Bool {
            try WebTokenConfiguration.verifier(secret: secret, method: method, privateKey: key) != nil
        }
        #expect(try !verifier(nil))
        #expect(try verifier("hush"))
        #expect(failure { try verifier(nil, "RS256", "key.pem") }?.contains("--jwt-private-key") == true)
        #expect(failure { try verifier("hush", "none") }?.contains("--jwt-method") == true)
        #expect(failure { try verifier(" \t") }?.contains("--jwt-secret") == true)
        #expect(failure { try verifier("no key", "RS256") }?.contains("--jwt-secret") == true)
    }

    @Test("a remote storage is one of three, and a model in it has a name")
    func storages() throws {
        #expect(try RemoteModel(storage: "aws", model: "m").name == "'m' in the remote storage 'aws'")
        #expect(try RemoteModel(storage: "gcs", model: "m").timeBetweenPulls == nil)
        #expect(failure { try RemoteModel(storage: "my.module.Class", model: "m") }?.contains("Python") == true)
        #expect(failure { try RemoteModel(storage: "tape", model: "m") }?.contains("not known") == true)
        #expect(failure { try RemoteModel(storage: "azure", model: "") }?.contains("name") == true)
    }

    @Test("jobs get half of the memory, or what is given if that is enough for one")
    func memory() throws {
        #expect(try MachineMemory.limitOfJobs(nil) >= 64 << 20)
        #expect(try MachineMemory.limitOfJobs(64 << 20) == 64 << 20)
        #expect(failure { try MachineMemory.limitOfJobs(64 << 20 - 1) }?.contains("--max-job-memory") == true)
    }
}
