// SPDX-License-Identifier: Apache-2.0
// nest_counter: the counters of a nest of counted loops, level 0 innermost.
//
// Quantities that move along the nest (addresses, coordinates) are kept by one
// nest_value each, which `moves` and `steps` drive. Whether a loop is in its first
// or last iteration, and whether all of the inner ones are in their last, is told by
// registers, as much is made of that: a counter is one ahead of its loop, and is
// compared in the clock in which the loop steps.

`default_nettype none

module nest_counter #(
    parameter LEVELS  = 8,
    parameter W_COUNT = 16,  // bits of a limit, and of a loop counter at most
    parameter [8*LEVELS-1:0] WIDTHS = {LEVELS{W_COUNT[7:0]}}   // bits of each loop's counter
) (
    input  wire                      clk,

    input  wire                      start,      // all loops in their first iterations
    input  wire                      advance,    // one step of the innermost loop

    input  wire [LEVELS*W_COUNT-1:0] limit,      // iterations of each loop, less one; from `start` on, or two clocks before the first step

    output wire [LEVELS-1:0]         at_first,   // this loop is in its first iteration
    output wire [LEVELS-1:0]         at_last,    // this loop is in its last iteration
    output wire [LEVELS-1:0]         moves,      // with advance: this loop begins an iteration
    output wire [LEVELS-1:0]         steps       // ... and it is the outermost; none when the nest begins anew
);

localparam INNER = LEVELS < 5 ? LEVELS - 1 : 4;   // loops of which a register knows whether all are in their last iterations

reg               inner_last;
wire [LEVELS-1:0] last_then;   // with start or advance: at_last from the next clock on

assign steps = moves & ~at_last;

always @(posedge clk)
    inner_last <= start | advance ? &last_then[INNER-1:0] : &at_last[INNER-1:0];

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    localparam [7:0] WIDTH = WIDTHS[8*l +: 8];

    wire [WIDTH-1:0] most = limit[l*W_COUNT +: WIDTH];
    reg  [WIDTH-1:0] count;        // iterations that have begun
    reg              first, last;

    assign at_first[l] = first;
    assign at_last[l]  = last;

    wire steps_now = advance & moves[l];
    wire anew      = start | (moves[l] & last);
    wire once      = most == {WIDTH{1'b0}};

    assign last_then[l] = anew ? once : moves[l] ? count == most : last;

    // A loop that has begun anew waits for its limit, which the next nest may change.
    always @(posedge clk) begin
        if (start | steps_now) begin
            count <= anew ? {{WIDTH-1{1'b0}}, 1'b1} : count + 1'b1;
            first <= anew;
            last  <= last_then[l];
        end else if (first)
            last <= once;
    end

    if (l == 0) begin : gen_innermost
        assign moves[l] = 1'b1;
    end else if (l < INNER) begin : gen_inner
        assign moves[l] = &at_last[l-1:0];
    end else if (l == INNER) begin : gen_first_outer
        assign moves[l] = inner_last;
    end else begin : gen_outer
        assign moves[l] = inner_last & &at_last[l-1:INNER];
    end
end endgenerate

wire unused = &{1'b0, limit};

endmodule

`default_nettype wire
