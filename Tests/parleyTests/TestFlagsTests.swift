import ArgumentParser
import Operations
import Testing

@testable import parley

@Suite("Flags of tests reach the part that they are given to")
struct TestFlagsTests {
    @Test(arguments: [["-m", "a.tar.gz", "-s", "x.yml"], ["--stories=x.yml", "--model", "a.tar.gz"]])
    func stories(_ words: [String]) throws {
        let command = try Parley.parseAsRoot(Arguments.normalized(["test", "core"] + words))
        let test = try #require(command as? TestStories)
        #expect(test.models.model == ["a.tar.gz"])
        #expect(test.stories.stories == "x.yml")
    }

    @Test func understanding() throws {
        let words = ["test", "nlu", "-m", "a.tar.gz", "-u", "x.yml", "-f", "3", "-c", "a.yml", "b.yml"]
        let test = try #require(try Parley.parseAsRoot(Arguments.normalized(words)) as? TestUnderstanding)
        #expect(test.models.model == ["a.tar.gz"])
        #expect(test.understanding.nlu == "x.yml")
        #expect(test.understanding.folds == 3)
        #expect(test.understanding.config == ["a.yml", "b.yml"])
    }

    @Test func splits() throws {
        let words = ["data", "split", "nlu", "--nlu", "x", "--training-fraction", "0.5", "--random-seed", "-3"]
        let test = try #require(try Parley.parseAsRoot(Arguments.normalized(words)) as? SplitExamples)
        #expect(test.flags.nlu == "x")
        #expect(test.flags.split.seed == UInt64(bitPattern: -3))
    }
}
