import Testing

@testable import System

@Suite("The date header")
struct HTTPDateTests {
    @Test(
        "is written as the standard wants it",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (1_435_361_952, "Fri, 26 Jun 2015 23:39:12 GMT"),
            (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 GMT"),
        ])
    func format(second: Int, text: String) {
        #expect(TimeText.http(second) == text)
    }
}
