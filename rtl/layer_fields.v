// SPDX-License-Identifier: Apache-2.0
// layer_fields: holds the program words of one layer, side by side.
//
// The program buffer holds FIELDS 32-bit words a layer. docs/program.md lists
// them; sequencer, feeder and writeback name those that they use. Loops of a
// layer, innermost first: 0 channel, 1 column and 2 row of the kernel's window,
// 3 plane of the weights' bits, 4 column and 5 row in a pooling window, 6 column
// and 7 row of windows, 8 tile of filters, 9 group.
//
// Words are written while the layer before empties the pipeline. The feeder is
// idle then and uses `fields`; the rest uses `taken`, where words that may be
// written too early are copies that change with `take`. The last words of a small
// array's layer come when its pipeline is empty: those are not copied.

`default_nettype none

module layer_fields #(
    parameter FIELDS  = 40,
    parameter W_FIELD = 6,   // bits of a word's index
    parameter [FIELDS-1:0] COPIED = {FIELDS{1'b1}}   // words that have a copy
) (
    input  wire                 clk,

    input  wire                 write,
    input  wire [W_FIELD-1:0]   index,
    input  wire [31:0]          word,
    input  wire                 take,

    output reg  [32*FIELDS-1:0] fields,
    output wire [32*FIELDS-1:0] taken
);

genvar i;
generate for (i = 0; i < FIELDS; i = i + 1) begin : gen_field
    always @(posedge clk)
        if (write & index == i)
            fields[32*i +: 32] <= word;

    if (COPIED[i]) begin : gen_copy
        reg [31:0] copy;

        always @(posedge clk)
            if (take)
                copy <= fields[32*i +: 32];

        assign taken[32*i +: 32] = copy;
    end else begin : gen_same
        assign taken[32*i +: 32] = fields[32*i +: 32];
    end
end endgenerate

endmodule

`default_nettype wire
