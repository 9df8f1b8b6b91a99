import Testing

@testable import Networks

@Suite("What an epoch brought")
struct EpochReportTests {
    @Test("figures keep their order")
    func figures() {
        let report = EpochReport(epoch: 1, epochs: 2, figures: [("t_loss", 2.5), ("i_acc", 0.5)])
        #expect(report.figures.map(\.name) == ["t_loss", "i_acc"])
        #expect(report.figures.map(\.value) == [2.5, 0.5])
    }
}
