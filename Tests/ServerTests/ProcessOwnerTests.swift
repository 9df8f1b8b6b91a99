import Glibc
import Prefork
import Testing

@testable import Server

@Suite("The user of --user and --group")
struct ProcessOwnerTests {
    @Test func isKnownByNameOrNumber() throws {
        let root = try #require(try ProcessOwner(user: "root", group: nil))
        #expect(root.user == 0)
        #expect(root.group == 0)
        #expect(root.home?.isEmpty == false)
        #expect(try ProcessOwner(user: "0", group: nil) == root)
        #expect(try ProcessOwner(user: "root", group: "4321")?.group == 4321)
        #expect(try ProcessOwner(user: nil, group: nil) == nil)
    }

    @Test func mayBeANumberWithoutANameIfTheGroupIsGiven() throws {
        let owner = try #require(try ProcessOwner(user: "54321", group: "12345"))
        #expect(owner.name == nil)
        #expect(owner.user == 54321)
        #expect(throws: BootFailure.self) { try ProcessOwner(user: "54321", group: nil) }
    }

    @Test(
        arguments: [("no-such-user", nil), ("root", "no-such-group"), (nil, "root"), ("-1", "0")]
            as [(String?, String?)])
    func isRefusedWhereItIsUnknown(user: String?, group: String?) {
        let error = #expect(throws: BootFailure.self) { try ProcessOwner(user: user, group: group) }
        #expect(error?.status == ExitStatus.usage)
    }

    @Test func isTakenAlreadyByAProcessOfTheirs() throws {
        try #require(try ProcessOwner(user: "\(geteuid())", group: "\(getegid())")).take()
    }
}
