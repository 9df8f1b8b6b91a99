import JSON
import Testing

@testable import Policies

@Suite("An archive's numbers are data")
struct PolicySettingsTests {
    @Test(
        "a history that cannot be cut to is the whole history",
        arguments: [nil, .null, 0, -3, .int(.max), "five", 1e300] as [JSON?])
    func whole(value: JSON?) { #expect(PolicySettings.limit(value) == nil) }

    @Test("a history of some turns is kept")
    func some() { #expect(PolicySettings.limit(5) == 5) }
}
