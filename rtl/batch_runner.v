// SPDX-License-Identifier: Apache-2.0
// batch_runner: starts the core for each batch that waits, and sees how it ends.
//
// A batch starts when the core is idle and a result bank is free. It ends well,
// and its bank is full; or the core met an error, or took more clocks than the
// watchdog allows and is reset: then the batch is dropped, and its bank is the
// next one's. The core's busy is high from the clock after start on.
//
// Segments of weights belong to batches by their order alone. Once one is lost,
// or a batch that may not have used all of its own is dropped, every batch is
// dropped until the reset of the host.

`default_nettype none

module batch_runner #(
    parameter W_IMAGES = 7   // bits of a number of images
) (
    input  wire        clk,
    input  wire        rst,

    input  wire        waiting,         // a batch waits
    output wire        start,           // it is taken, for a clock
    input  wire [W_IMAGES-1:0] images,          // with start: of this batch
    output reg         running,

    input  wire        core_busy,
    input  wire [1:0]  core_errors,     // bit 0 malformed command, bit 1 address past a buffer
    input  wire        core_reset,      // the core is in reset, as in the clock after error_watchdog
    output reg         bank,            // the one that the core writes

    input  wire        bank_free,
    output wire        done,            // a batch ended well, for a clock
    output reg  [W_IMAGES-1:0] done_images,

    input  wire        segment_loaded,  // each for a clock
    input  wire        segment_lost,

    input  wire        pause,           // clocks that the watchdog does not count
    input  wire [31:0] watchdog,        // clocks that a batch may take; 0: any number
    output wire        error_command,   // each for a clock
    output wire        error_address,
    output wire        error_watchdog,
    output wire        error_segment,   // a batch was dropped for a segment lost before

    output reg  [31:0] batches,         // ended well
    output reg  [31:0] dropped
);

reg [31:0] clocks;     // that the batch has taken
reg        late;       // more than the watchdog allows; compared a clock before, as 32 bits are
reg        segments;   // some were loaded
reg        lost;       // which batch a segment is for is not known

wire finish = running & ~core_busy;

assign start = waiting & bank_free & ~running & ~core_busy & ~core_reset;
assign done  = finish & core_errors == 2'd0 & ~lost;

assign error_command  = finish & core_errors[0];
assign error_address  = finish & core_errors[1];
assign error_watchdog = running & core_busy & late;
assign error_segment  = finish & core_errors == 2'd0 & lost;

wire failed = error_watchdog | (finish & ~done);

always @(posedge clk) begin
    if (start)
        done_images <= images;

    if (start) begin
        clocks <= 32'd1;
        late   <= 1'b0;
    end else if (~pause) begin
        clocks <= clocks + 1'b1;
        late   <= watchdog != 32'd0 & clocks >= watchdog;
    end

    running    <= start | (running & core_busy & ~error_watchdog);
    bank       <= bank ^ done;
    batches    <= batches + {31'd0, done};
    dropped    <= dropped + {31'd0, failed};
    segments   <= segments | segment_loaded;
    lost       <= lost | segment_lost | (failed & segments);

    if (rst) begin
        running    <= 1'b0;
        bank       <= 1'b0;
        batches    <= 32'd0;
        dropped    <= 32'd0;
        segments   <= 1'b0;
        lost       <= 1'b0;
    end
end

endmodule

`default_nettype wire
