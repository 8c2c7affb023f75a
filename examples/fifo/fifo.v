// SPDX-License-Identifier: Apache-2.0
// fifo: a queue of words under one clock.
//
// The oldest word stands at pop_data while empty is low; pop takes it away at
// the clock edge. A pushed word stands there one clock later at the earliest.
// A push while full and a pop while empty are ignored, each without regard to
// the other: a full queue that is popped and pushed in one clock drops the push.

`default_nettype none

module fifo #(
    parameter WIDTH = 8,   // bits in a word, from 1
    parameter DEPTH = 16   // words held, from 2; need not be a power of two
) (
    input  wire                       clk,
    input  wire                       rst,        // forgets every word

    input  wire                       push,
    input  wire [WIDTH-1:0]           push_data,
    output wire                       full,       // a push would be ignored

    input  wire                       pop,
    output wire [WIDTH-1:0]           pop_data,   // the oldest word, while not empty
    output wire                       empty,      // a pop would be ignored

    output reg  [$clog2(DEPTH+1)-1:0] count       // words held, 0 to DEPTH
);

localparam W_INDEX = $clog2(DEPTH);
localparam W_COUNT = $clog2(DEPTH + 1);
localparam LAST    = DEPTH - 1;

generate
    if (WIDTH < 1) begin : check_width
        error_WIDTH_must_be_at_least_1 stop ();
    end
    if (DEPTH < 2) begin : check_depth
        error_DEPTH_must_be_at_least_2 stop ();
    end
endgenerate

reg [WIDTH-1:0]   mem [0:DEPTH-1];
reg [W_INDEX-1:0] tail;             // where the next word goes
reg [W_INDEX-1:0] head;             // where the oldest word is

wire do_push = push & ~full;
wire do_pop  = pop & ~empty;

assign full     = count == DEPTH[W_COUNT-1:0];
assign empty    = count == {W_COUNT{1'b0}};
assign pop_data = mem[head];

always @(posedge clk)
    if (do_push)
        mem[tail] <= push_data;

always @(posedge clk) begin
    if (do_push)
        tail <= tail == LAST[W_INDEX-1:0] ? {W_INDEX{1'b0}} : tail + 1'b1;
    if (do_pop)
        head <= head == LAST[W_INDEX-1:0] ? {W_INDEX{1'b0}} : head + 1'b1;
    if (do_push & ~do_pop)
        count <= count + 1'b1;
    if (do_pop & ~do_push)
        count <= count - 1'b1;
    if (rst) begin
        tail  <= {W_INDEX{1'b0}};
        head  <= {W_INDEX{1'b0}};
        count <= {W_COUNT{1'b0}};
    end
end

endmodule

`default_nettype wire
