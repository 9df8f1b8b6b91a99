import Testing

@testable import Operations

@Suite("Tests of stories")
struct StoryTestTests {
    @Test("without a story there is a warning that names where it was looked for")
    func none() throws {
        var test = StoryTest()
        test.stories = ["tests", "data"]
        #expect(test.doubt(playing: 0)?.contains("'tests', 'data'") == true)
        #expect(test.doubt(playing: 1) == nil)
        test.maxStories = 0
        #expect(test.doubt(playing: 0)?.contains("--max-stories") == true)
    }
}
