// SPDX-License-Identifier: Apache-2.0
// layer_counters: counts a layer's clocks and events, and keeps the counts of
// every layer of the last run for the host to read.
//
// Order of the counters, lowest bits first, 64 bits each at the port: setup,
// stream, drain, stall, flush, total, sads, activation reads, weight reads,
// shortcut reads, partial reads, pool reads, activation writes, result writes,
// fold reads, load, scan, flag reads. Counters wrap at 2^W_COUNTER.

`default_nettype none

module layer_counters #(
    parameter LAYERS    = 64,   // layers whose counts are kept
    parameter W_LAYER   = 6,
    parameter W_SADS    = 14,   // bits of the number of cells in use
    parameter W_COUNTER = 48
) (
    input  wire               clk,

    input  wire               busy,
    input  wire               layer_done,
    input  wire [W_LAYER-1:0] layer,

    input  wire               in_setup,
    input  wire               issue,
    input  wire               in_drain,
    input  wire               in_stall,
    input  wire               in_flush,
    input  wire               in_load,
    input  wire               tap,              // enters the array
    input  wire [W_SADS-1:0]  cells,            // ... where so many cells sum it
    input  wire               activation_read,
    input  wire               weight_read,
    input  wire               shortcut_read,
    input  wire               partial_read,
    input  wire               pool_read,
    input  wire               activation_write,
    input  wire               result_write,
    input  wire               fold_read,
    input  wire               in_scan,
    input  wire               flag_read,

    input  wire [W_LAYER-1:0] read_layer,
    output wire [18*64-1:0]   counts            // of read_layer
);

localparam COUNTERS = 18;

wire [COUNTERS-1:0] events = {
    flag_read, in_scan, in_load, fold_read, result_write, activation_write, pool_read, partial_read, shortcut_read,
    weight_read, activation_read, tap, busy, in_flush, in_stall, in_drain, issue, in_setup
};

reg  [COUNTERS*W_COUNTER-1:0] kept [0:LAYERS-1];
wire [COUNTERS*W_COUNTER-1:0] counted;   // this clock included
wire [COUNTERS*W_COUNTER-1:0] shown = kept[read_layer];

genvar i;
generate for (i = 0; i < COUNTERS; i = i + 1) begin : gen_counter
    localparam SADS = 6;
    wire [W_COUNTER-1:0] by = i == SADS ? {{W_COUNTER-W_SADS{1'b0}}, cells} : {{W_COUNTER-1{1'b0}}, 1'b1};
    reg  [W_COUNTER-1:0] count;
    wire [W_COUNTER-1:0] next = count + (by & {W_COUNTER{events[i]}});

    assign counted[i*W_COUNTER +: W_COUNTER] = next;
    assign counts[i*64 +: 64] = {{64-W_COUNTER{1'b0}}, shown[i*W_COUNTER +: W_COUNTER]};

    always @(posedge clk)
        count <= layer_done | ~busy ? {W_COUNTER{1'b0}} : next;
end endgenerate

always @(posedge clk)
    if (layer_done)
        kept[layer] <= counted;

endmodule

`default_nettype wire
